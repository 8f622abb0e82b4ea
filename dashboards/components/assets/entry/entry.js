/* The entry table: one row a lesion, the prior value beside an empty box. It owns what is typed; the server keeps it as a
   draft and computes the preview. Whatever is shown belongs to one scope (patient, exam, version): another scope starts
   from its own data and never sees what was typed under this one. */

import { Checks } from "./checks.js";
import { DraftLink } from "./draft_link.js";
import { ALL_ROWS, againstMerged, readRow } from "./findings.js";
import { Frame } from "./frame.js";
import { Pasting } from "./pasting.js";
import { readReceipt } from "./receipt.js";
import { Report } from "./report.js";
import { Saving } from "./saving.js";
// Named here too, so that the browser asks for all files at once and not in five turns.
import "./cells.js";
import "./column_paste.js";
import "./elements.js";
import "./exam_row.js";
import "./foot.js";
import "./header_suggestions.js";
import "./keymap.js";
import "./lesion_rows.js";
import "./look.js";
import "./new_rows.js";
import "./new_suggestions.js";
import "./report_pane.js";
import "./report_text.js";
import "./report_words.js";
import "./suggestion_lines.js";

export default function (component) {
  const { parentElement, data, setStateValue, setTriggerValue } = component;
  let table = parentElement.hepatrackEntry;
  const isNew = !table || table.scope !== data.scope;
  if (isNew) {
    table?.close();
    table = new EntryTable(parentElement, data);
    parentElement.hepatrackEntry = table;
  }
  table.receive(data, setStateValue, setTriggerValue);
  if (isNew) table.focusFirst();
  return () => {
    table.close();
    delete parentElement.hepatrackEntry;
  };
}

class EntryTable {
  constructor(parent, data) {
    this.scope = data.scope;
    this.data = data;
    const start = data.draft ?? data.start;
    this.typed = structuredClone(start);
    this.readings = new Map();
    this.nag = null;
    this.asked = false;
    /* Rows filled from a column, until somebody has been in them. */
    this.pasted = new Set();
    this.link = new DraftLink(this);
    this.checks = new Checks(this);
    this.report = new Report(this);
    this.pasting = new Pasting(this);
    this.saving = new Saving(this);
    this.frame = new Frame(parent, data, this);
    this.refresh();
  }

  close() {
    this.link.close();
    if (this.frame.bar.isSaving) readReceipt();
    this.frame.close();
  }

  /** New data of the same scope: the preview, the time of the draft, a refusal. What is typed stays as it is. */
  receive(data, setStateValue, setTriggerValue) {
    this.data = { ...data, rows: this.data.rows };
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    if (this.link.isKept(data)) {
      this.link.acknowledged();
      this.knownReport = this.typed.report?.id ?? null;
      this.frame.bar.showKept(data.kept);
    }
    if (this.report.receive(data.proposals)) this.pasting.showProposals();
    this.showChecks();
    this.frame.preview.show(data.preview, this.openOfSizes());
    if (data.refusal) this.saving.showRefusal(data.refusal);
  }

  // --- reading what is typed

  /** Whether the scan has the column of uptake; also asked while the page is being put together. */
  get isPet() {
    return /^PET/.test(this.typed.exam.modality ?? "");
  }

  row(label) {
    return this.data.rows.find((one) => one.label === label);
  }

  /** The reading of a row, with what the other rows say against it. */
  reading(row) {
    return againstMerged(this.readAlone(row), (label) => {
      const other = this.row(label);
      return other && this.readAlone(other);
    });
  }

  /** The reading of a row's own text, kept until its text or the date changes. */
  readAlone(row) {
    if (!this.readings.has(row.label)) {
      this.readings.set(row.label, readRow(row, this.typed.rows[row.label], this.data, this.typed.exam.performed_on));
    }
    return this.readings.get(row.label);
  }

  /** Open questions that a response waits for: those on sizes. */
  openOfSizes() {
    return this.checks.open().filter((one) => one.row || one.repair?.kind === "swap" || one.place === ALL_ROWS);
  }

  /** What the server found is drawn at every place. */
  showChecks() {
    for (const row of this.data.rows) this.showRow(row);
    this.showOtherChecks();
  }

  showOtherChecks() {
    this.checks.showExam();
    this.frame.showTableFindings();
  }

  showRow(row) {
    this.frame.rows.show(row, this.reading(row), this.checks.ofRow(row), this.nag === row.label);
  }

  refresh(changed = null) {
    if (changed) this.readings.delete(changed.label);
    else this.readings.clear();
    const isTouched = (row) => row === changed || this.readAlone(row).into === changed.label;
    for (const row of changed ? this.data.rows.filter(isTouched) : this.data.rows) {
      this.showRow(row);
    }
    this.showOtherChecks();
    this.frame.added.show(this.typed.added);
    this.frame.showReport();
  }

  // --- what the person does

  changeRow(row, change) {
    const before = this.typed.rows[row.label].text;
    Object.assign(this.typed.rows[row.label], change);
    if ("text" in change && change.text !== before) {
      this.typed.rows[row.label].kept = "";
      this.pasted.delete(row.label);
      if (change.text.trim() && this.nag === row.label) this.nag = null;
    }
    this.asked = false;
    this.refresh(row);
    this.later();
  }

  changeExam(change) {
    Object.assign(this.typed.exam, change);
    this.asked = false;
    this.refresh();
    this.later();
  }

  addNewRow() {
    this.frame.added.focus(this.putNewRow({}));
  }

  /** A row for a new lesion with what is known of it; returns its label. */
  putNewRow(known) {
    const label = `L${this.data.nextNumber + this.typed.added.length}`;
    const empty = { organ: "liver", segments: "", certainty: "", text: "", first_seen: "" };
    this.typed.added.push({ label, ...empty, ...known });
    this.changed();
    return label;
  }

  changeNewRow(label, change) {
    Object.assign(this.typed.added.find((row) => row.label === label), change);
    this.changed();
  }

  /** Something was changed that is no row of the table's own. */
  changed() {
    this.asked = false;
    this.frame.added.show(this.typed.added);
    this.frame.showReport();
    this.later();
  }

  removeNewRow(label) {
    const index = this.typed.added.findIndex((row) => row.label === label);
    this.typed.added.splice(index, 1);
    this.typed.added.forEach((row, at) => {
      row.label = `L${this.data.nextNumber + at}`;
    });
    this.changed();
    this.frame.add.focus();
  }

  /** A key that answers the first open question of a row, or the one that an empty box asks. */
  answerKey(row, event) {
    if (this.checks.onKey(event, this.checks.ofRow(row))) return true;
    if (event.key !== "y" || this.nag !== row.label) return false;
    this.setRowText(row, "nm");
    return true;
  }

  /** A finding was accepted, or is asked again. */
  changedChecks() {
    this.asked = false;
    this.later();
  }

  setRowText(row, text) {
    this.frame.rows.put(row.label, { text });
    this.changeRow(row, { text });
  }

  markEmptyNotMentioned() {
    for (const row of this.data.rows) {
      if (!this.typed.rows[row.label].text.trim()) this.setRowText(row, "nm");
    }
    this.nag = null;
    this.refresh();
    this.frame.bar.save.focus();
  }

  // --- moving

  /** The fields that a report proposes come before the rows, as long as nothing is typed in these. */
  focusFirst() {
    const untouched = this.data.rows.every((row) => !this.typed.rows[row.label].text.trim());
    if (untouched && this.frame.head.focus()) return;
    if (!this.typed.exam.performed_on) this.frame.exam.focus("performed_on");
    else if (this.data.rows.length) this.frame.rows.focus(this.firstEmpty()?.label ?? this.data.rows[0].label);
  }

  firstEmpty() {
    return this.data.rows.find((row) => !this.typed.rows[row.label].text.trim());
  }

  move(row, step) {
    const at = this.data.rows.indexOf(row) + step;
    if (at >= 0 && at < this.data.rows.length) this.frame.rows.focus(this.data.rows[at].label);
    else if (step > 0) this.moveBelow();
    else this.frame.exam.focus("performed_on");
  }

  moveWithin(row) {
    if (this.data.rows.at(-1) !== row) this.move(row, 1);
  }

  /** Behind the last row: to what the report says is new, then to the new rows typed, then save. */
  moveBelow() {
    if (this.frame.ghosts.focusFirst()) return;
    if (this.typed.added.length) this.frame.added.focus(this.typed.added[0].label);
    else this.save();
  }

  /** After a suggestion was taken: as after a typed value, but the last one does not save by the same press. */
  moveOn(row) {
    if (this.data.rows.at(-1) !== row) this.move(row, 1);
    else if (!this.frame.ghosts.focusFirst()) this.moveBehindNew();
  }

  moveBehindNew() {
    const lacking = this.frame.added.firstRefused();
    if (lacking) this.frame.added.focusWrong(lacking);
    else this.frame.bar.save.focus();
  }

  startRows() {
    const start = this.firstEmpty() ?? this.data.rows[0];
    if (start) this.frame.rows.focus(start.label);
    else this.frame.add.focus();
  }

  // --- the report

  look(spans) {
    this.frame.pane.look(spans);
  }

  /** A value that fits no row, as a suggestion for the empty row that was typed in last, else for the first empty one. */
  placeInRow(value) {
    const last = this.row(this.frame.lastRow);
    const row = last && !this.typed.rows[last.label].text.trim() ? last : this.firstEmpty();
    if (!row) return this.frame.bar.say(["Every row holds a value: empty the box that it belongs to first."], true);
    this.report.place(row, value);
    return this.frame.rows.focus(row.label);
  }

  /** The text shows again what belongs to the row that has the focus. */
  lookAtFocus() {
    this.frame.pane.look(this.frame.spansOfFocus());
  }

  // --- the server

  /** What is typed. Past the page's connection the report's text stays behind where the server has it already. */
  snapshot({ withKnownText = true } = {}) {
    const typed = structuredClone(this.typed);
    if (!withKnownText && typed.report && typed.report.id === this.knownReport) typed.report.text = null;
    return { ...typed, scope: this.scope, mark: this.link.mark };
  }

  later() {
    this.link.later();
    this.pend();
  }

  sendSoon() {
    this.link.soon();
    this.pend();
  }

  pend() {
    this.frame.bar.showKept(null);
    this.frame.preview.pend(this.data.preview, this.openOfSizes());
  }

  leaveSoon() {
    this.link.leaveSoon();
  }

  save() {
    return this.saving.save();
  }

  leave() {
    this.link.stopTimers();
    this.setTriggerValue("leave", this.snapshot());
  }

  /** Whether there is anything typed that would be lost. */
  get hasTyped() {
    return this.link.changes > 0 || Boolean(this.data.draft);
  }

  discard() {
    this.link.stopTimers();
    this.setTriggerValue("discard", { scope: this.scope });
  }
}
