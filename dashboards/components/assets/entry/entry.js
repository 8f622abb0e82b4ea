/* The entry table: one row a lesion, the prior value beside an empty box. It owns what is typed; the server keeps it as a
   draft and computes the preview. Whatever is shown belongs to one scope (patient, exam, version): another scope starts
   from its own data and never sees what was typed under this one. */

import { againstMerged, readRow, rowFindings, tableFindings } from "./findings.js";
import { Frame } from "./frame.js";
import { readReceipt } from "./receipt.js";

const DEBOUNCE_MS = 400;
/* Whoever turns to another part of the page may be on the way to another page: a run of this page then would win over it. */
const LEAVING_MS = 2000;
/* A draft that was not acknowledged by then is sent again. */
const ANSWER_MS = 5000;

/* The fields of the scan by the first word of their place in a refusal. */
const FIELDS = {
  performed: "performed_on", modality: "modality", slice: "slice", reported: "reported_on", count: "count", uptake: "uptake_minutes",
};

export default function (component) {
  const { parentElement, data, setStateValue, setTriggerValue } = component;
  let table = parentElement.hepatrackEntry;
  if (!table || table.scope !== data.scope) {
    table?.close();
    table = new EntryTable(parentElement, data);
    parentElement.hepatrackEntry = table;
  }
  table.receive(data, setStateValue, setTriggerValue);
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
    this.timer = null;
    this.closed = false;
    this.page = Math.random().toString(36).slice(2);
    this.changes = 0;
    this.sent = null;
    this.watch = null;
    this.frame = new Frame(parent, data, this);
    // What was typed in the last moment is sent before the page goes out of sight.
    this.leaving = () => this.post();
    this.pointed = (event) => this.onPointer(event);
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("pointerdown", this.pointed, true);
    document.addEventListener("visibilitychange", this.leaving);
    this.refresh();
    this.focusFirst();
  }

  close() {
    this.post();
    this.closed = true;
    this.stopTimers();
    if (this.frame.bar.isSaving) readReceipt();
    this.frame.bar.close();
    window.removeEventListener("pagehide", this.leaving);
    document.removeEventListener("pointerdown", this.pointed, true);
    document.removeEventListener("visibilitychange", this.leaving);
    this.frame.root.remove();
  }

  /** New data of the same scope: the preview, the time of the draft, a refusal. What is typed stays as it is. */
  receive(data, setStateValue, setTriggerValue) {
    this.data = { ...data, rows: this.data.rows };
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    this.frame.preview.show(data.preview, this.openQuestions());
    this.frame.showTableFindings(this.tableFindings());
    if (this.isKept(data)) {
      clearTimeout(this.watch);
      this.frame.bar.showKept(data.kept);
    }
    if (data.refusal) this.showRefusal(data.refusal);
  }

  /** Say a refusal; just after a save the focus goes to the field that it names. */
  showRefusal(refusal) {
    const { isSaving } = this.frame.bar;
    this.frame.bar.showRefusal(refusal);
    const label = isSaving ? refusal.match(/^Not saved: (\w+)/)?.[1] : null;
    if (FIELDS[label]) this.frame.exam.focus(FIELDS[label]);
    else if (this.data.rows.some((row) => row.label === label)) this.frame.rows.focus(label);
    else if (this.frame.added.line(label)) this.frame.added.focus(label);
  }

  /** Whether the server has the draft of what stands here now, and not of an earlier moment. */
  isKept(data) {
    return this.timer === null && (this.sent === null || this.sent === data.keptMark);
  }

  // --- reading what is typed

  /** The reading of a row, with what the other rows say against it. */
  reading(row) {
    return againstMerged(this.readAlone(row), (label) => {
      const other = this.data.rows.find((one) => one.label === label);
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

  findings(row) {
    return rowFindings(row, this.typed.rows[row.label], this.reading(row));
  }

  tableFindings() {
    return tableFindings(this.data, this.typed, (label) => {
      const row = this.data.rows.find((one) => one.label === label);
      return row && this.reading(row);
    });
  }

  openQuestions() {
    const open = this.data.rows.flatMap((row) =>
      this.findings(row).filter((one) => !one.kept).map((one) => ({ ...one, row })),
    );
    return open.concat(this.tableFindings().filter((one) => !one.kept));
  }

  refresh(changed = null) {
    if (changed) this.readings.delete(changed.label);
    else this.readings.clear();
    const isTouched = (row) => row === changed || this.readAlone(row).into === changed.label;
    for (const row of changed ? this.data.rows.filter(isTouched) : this.data.rows) {
      this.frame.rows.show(row, this.reading(row), this.findings(row), this.nag === row.label);
    }
    this.frame.showTableFindings(this.tableFindings());
    this.frame.added.show(this.typed.added);
  }

  // --- what the person does

  changeRow(row, change) {
    const before = this.typed.rows[row.label].text;
    Object.assign(this.typed.rows[row.label], change);
    if ("text" in change && change.text !== before) {
      this.typed.rows[row.label].kept = "";
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
    const number = this.data.nextNumber + this.typed.added.length;
    const label = `L${number}`;
    this.typed.added.push({
      label, organ: "liver", segments: "", certainty: "", text: "", first_seen: "",
    });
    this.frame.added.show(this.typed.added);
    this.frame.added.focus(label);
    this.later();
  }

  changeNewRow(label, change) {
    Object.assign(this.typed.added.find((row) => row.label === label), change);
    this.frame.added.show(this.typed.added);
    this.later();
  }

  removeNewRow(label) {
    const index = this.typed.added.findIndex((row) => row.label === label);
    this.typed.added.splice(index, 1);
    this.typed.added.forEach((row, at) => {
      row.label = `L${this.data.nextNumber + at}`;
    });
    this.frame.added.show(this.typed.added);
    this.frame.add.focus();
    this.later();
  }

  /** The answer to the first open question of a row: 'y' takes what is proposed, 'k' keeps what is typed. */
  answer(row, key) {
    const entry = this.typed.rows[row.label];
    const open = this.findings(row).find((one) => !one.kept);
    if (!open) {
      if (key === "y" && this.nag === row.label) {
        this.setRowText(row, "nm");
        return true;
      }
      return false;
    }
    if (key === "y" && open.take) this.setRowText(row, open.take);
    else if (key === "k" && open.keep) this.setRowText(row, open.keep);
    else if (key === "k" && open.keepAs) {
      entry.kept = open.keepAs;
      this.asked = false;
      this.refresh(row);
      this.later();
    } else return false;
    return true;
  }

  setRowText(row, text) {
    this.frame.rows.setText(row.label, text);
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

  /** The answer to a question about the table: 'y' exchanges the texts of its two rows, 'k' keeps all as typed. */
  answerTable(finding, key) {
    if (key === "k") return this.keepTable(finding);
    const [first, second] = finding.labels.map((label) => this.data.rows.find((row) => row.label === label));
    const { text } = this.typed.rows[first.label];
    this.setRowText(first, this.typed.rows[second.label].text);
    return this.setRowText(second, text);
  }

  keepTable(finding) {
    this.typed.kept = { ...this.typed.kept, [finding.id]: finding.keepAs };
    this.refresh();
    this.later();
  }

  // --- moving

  focusFirst() {
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

  moveBelow() {
    if (this.typed.added.length) this.frame.added.focus(this.typed.added[0].label);
    else this.save();
  }

  // --- the server

  snapshot() {
    return { ...structuredClone(this.typed), scope: this.scope, mark: `${this.page}.${this.changes}` };
  }

  later() {
    clearTimeout(this.timer);
    this.changes += 1;
    this.frame.bar.showKept(null);
    this.frame.preview.pend(this.data.preview, this.openQuestions());
    this.timer = setTimeout(() => this.now(), DEBOUNCE_MS);
  }

  now() {
    this.stopTimers();
    if (this.closed || !this.setStateValue) return;
    const snapshot = this.snapshot();
    this.sent = snapshot.mark;
    this.setStateValue("draft", snapshot);
    this.watch = setTimeout(() => this.sendAgain(), ANSWER_MS);
  }

  /** The server did not say that it has the draft: it may have been started anew, or the connection was lost. The mark
      is a new one, since a value equal to the last would not be looked at again. */
  sendAgain() {
    this.changes += 1;
    this.now();
  }

  stopTimers() {
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    this.timer = null;
  }

  /** Send what is not sent yet past the page's own connection: no run of this page, so going elsewhere is not undone. */
  post() {
    if (this.timer === null || this.closed || !this.data.draftUrl) return;
    navigator.sendBeacon(this.data.draftUrl, new Blob([JSON.stringify(this.snapshot())], { type: "application/json" }));
  }

  /** A press elsewhere in the page's main part is answered by this page: it must see the draft. One outside of it (the
      navigation) leads away: the draft goes ahead by itself, and this page is run only if it is still there later. */
  onPointer(event) {
    if (this.timer === null || event.composedPath().includes(this.frame.root)) return;
    const stays = event.target.closest?.("[data-testid=stMain]") && !event.target.closest("a, header");
    if (stays) this.now();
    else this.leaveSoon();
  }

  leaveSoon() {
    if (this.timer === null) return;
    this.post();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), LEAVING_MS);
  }

  /** Save if nothing is missing; else go to the first place that is, and say why. */
  save() {
    if (this.frame.stopAtLacking(this.typed)) return undefined;
    const refused = this.data.rows.find((row) => this.reading(row).problem);
    if (refused) return this.frame.rows.focus(refused.label);
    const empty = this.firstEmpty();
    if (empty) {
      this.nag = empty.label;
      this.refresh();
      return this.frame.rows.focus(empty.label);
    }
    const open = this.openQuestions();
    const hard = open.find((one) => one.hard);
    if (hard || (open.length && !this.asked)) {
      this.asked = true;
      this.frame.bar.sayOpen(open, Boolean(hard));
      return (hard ?? open[0]).row ? this.frame.rows.focus((hard ?? open[0]).row.label) : undefined;
    }
    this.stopTimers();
    this.frame.bar.showSaving(() => this.sendAgain());
    this.setTriggerValue("save", this.withOpen(open));
    return undefined;
  }

  /** What is saved, with the values whose question was left open marked: they are stored "to verify". */
  withOpen(open) {
    const saved = this.snapshot();
    const all = open.some((one) => !one.row && !one.labels);
    for (const [label, entry] of Object.entries(saved.rows)) {
      entry.open = all || open.some((one) => one.row?.label === label || one.labels?.includes(label));
    }
    return saved;
  }

  leave() {
    this.stopTimers();
    this.setTriggerValue("leave", this.snapshot());
  }

  /** Whether there is anything typed that would be lost. */
  get hasTyped() {
    return this.changes > 0 || Boolean(this.data.draft);
  }

  discard() {
    this.stopTimers();
    this.setTriggerValue("discard", { scope: this.scope });
  }
}
