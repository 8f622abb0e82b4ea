/* The whole entry on the page: the parts in their order, the keys that lead through them, and where the focus goes. */

import { key, make, textField } from "./elements.js";
import { ExamRow, isTooEarly } from "./exam_row.js";
import { formatDate, scanBefore } from "./findings.js";
import { Preview, SaveBar } from "./foot.js";
import { HeaderSuggestions } from "./header_suggestions.js";
import { KeyMap } from "./keymap.js";
import { dayWords, LesionRows } from "./lesion_rows.js";
import { Look } from "./look.js";
import { NewRows } from "./new_rows.js";
import { NewSuggestions } from "./new_suggestions.js";
import { ReportPane } from "./report_pane.js";

export class Frame {
  constructor(parent, data, table) {
    this.table = table;
    this.data = data;
    const { typed } = table;
    this.exam = new ExamRow(data, typed.exam, (change) => this.changeExam(change));
    this.rows = new LesionRows(data, typed, table);
    this.head = new HeaderSuggestions(table);
    this.ghosts = new NewSuggestions(table);
    this.added = new NewRows(data, table);
    this.pane = new ReportPane(table);
    this.keymap = new KeyMap();
    this.look = new Look(data, typed, table);
    this.lastRow = null;
    this.preview = new Preview();
    this.bar = new SaveBar(data, typed.exam, table, (reason) => this.changeExam({ reason }));
    this.root = make(
      "div", { className: "entry" },
      make("div", { className: "card scan" }, this.exam.element, make("div", { className: "asks" }, table.checks.exam)), this.head.element,
      make("div", { className: "main" }, this.buildTable(), this.pane.element), this.preview.element, this.bar.element, this.keymap.element,
    );
    this.root.addEventListener("keydown", (event) => onHeldEnter(event), true);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("focusin", ({ target }) => {
      this.lastRow = target.dataset.row ?? this.lastRow;
      table.lookAtFocus();
    });
    this.pasted = (event) => this.onPaste(event);
    document.addEventListener("paste", this.pasted);
    this.root.addEventListener("focusout", (event) => {
      if (!event.relatedTarget || !this.root.contains(event.relatedTarget)) table.leaveSoon();
    });
    this.showExam();
    parent.append(this.root);
  }

  close() {
    document.removeEventListener("paste", this.pasted);
    this.bar.close();
    this.root.remove();
  }

  /** A paste anywhere in the entry, or where nothing has the focus; a field of text elsewhere keeps its own. */
  onPaste(event) {
    const [target] = event.composedPath();
    if (target !== document.body && !event.composedPath().includes(this.root)) return;
    if (target.closest(".remark, .reason, .look")) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (target === this.pane.field && text.trim()) {
      event.preventDefault();
      this.table.pasting.pasteReport(text);
    } else this.table.pasting.onPaste(event, target.dataset?.row ?? null);
  }

  buildTable() {
    this.day = make("span");
    this.before = make("span", { className: "prior" });
    const head = make(
      "div", { className: "head row" }, make("span", {}, "Lesion"), this.before,
      this.day, make("span", { className: "pet" }, "SUVmax"), make("span", {}, "Understood"),
    );
    this.add = make("button", { type: "button", className: "add" }, key("+"), " new lesion");
    this.add.addEventListener("click", () => this.table.addNewRow());
    this.finding = make("div", { className: "finding", hidden: true });
    const remark = textField(this.table.typed.exam.remark, { placeholder: "free text, kept with the scan", maxLength: 500 });
    remark.addEventListener("input", () => this.changeExam({ remark: remark.value }));
    const words = this.data.words.map(([letters, meaning]) => make("span", { className: "word" }, key(letters), make("span", {}, meaning)));
    return make(
      "div", { className: "card table", role: "group", "aria-label": "Lesions" },
      head, ...this.rows.elements, this.ghosts.element, this.added.element, this.finding, this.add,
      make("label", { className: "field remark" }, make("span", {}, "Remarks"), remark),
      make("div", { className: "words" }, ...words, make("span", { className: "push" }), this.look.button, this.keymap.button),
      this.look.element,
    );
  }

  changeExam(change) {
    this.table.changeExam(change);
    this.showExam();
  }

  /** Fields of the scan as a suggestion sets them. */
  putExam(sets) {
    this.changeExam(this.exam.put(sets));
  }

  /** Everything that says what the report proposes, as it stands now, and a line of looks for each lesion. */
  showReport() {
    this.look.show();
    this.head.show();
    this.ghosts.show();
    this.pane.showAgainst();
  }

  /** The places in the report that belong to the row with the focus. */
  spansOfFocus() {
    const focused = this.root.getRootNode().activeElement;
    const label = focused?.dataset?.row ?? focused?.closest?.("[data-label]")?.dataset.label;
    if (!label) return [];
    const source = this.table.typed.added.find((row) => row.label === label)?.source;
    return source ? [source] : this.table.report.of(label).filter((one) => this.table.report.stateOf(one) !== "refused");
  }

  nextUptake(label) {
    const all = [...this.root.querySelectorAll(".suv")];
    const at = all.findIndex((field) => field.dataset.suv === label);
    (all[at + 1] ?? this.bar.save).focus();
  }

  /** What the table takes from the exam's fields: the day over its boxes, the day of the scan before, and the column of uptake on PET. */
  showExam() {
    const day = this.table.typed.exam.performed_on;
    const before = scanBefore(this.data.scans, day);
    this.day.textContent = dayWords(day);
    this.before.replaceChildren("Prior, mm ", before ? make("small", {}, formatDate(before)) : "");
    this.root.classList.toggle("with-pet", this.exam.isPet);
    this.look.showPrior();
  }

  showTableFindings() {
    this.table.checks.showTable(this.finding);
  }

  /** The first thing without which a scan cannot be saved: says it, takes the focus there, and answers whether there is one. */
  stopAtLacking(typed) {
    const say = (words) => this.bar.say([`Not saved: ${words}`], true);
    const newRow = this.added.firstRefused();
    if (!typed.exam.performed_on) {
      say("the date the scan was performed is missing.");
      this.exam.focus("performed_on");
    } else if (isTooEarly(typed.exam.performed_on)) {
      say("the year the scan was performed is not possible: type its four digits.");
      this.exam.focus("performed_on");
    } else if (!typed.exam.modality) {
      say("the modality is missing.");
      this.exam.focus("modality");
    } else if (newRow) {
      say(`${newRow} says what it needs.`);
      this.added.focusWrong(newRow);
    } else if (this.bar.reason && !this.bar.reason.value.trim()) {
      say("a correction needs its reason.");
      this.bar.reason.focus();
    } else return false;
    return true;
  }

  /** Keys stay here: Streamlit's own one-letter keys must not hear what is typed in a box. */
  onKey(event) {
    event.stopPropagation();
    if (event.defaultPrevented) return;
    const { target } = event;
    const isProse = target.closest(".remark, .reason, textarea");
    if (event.key === "?" && !isProse) {
      event.preventDefault();
      this.keymap.open();
    } else if (event.altKey && event.code === "KeyL") {
      event.preventDefault();
      this.look.toggle();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.table.leave();
    } else if (event.key === "Enter" && !/^(BUTTON|TEXTAREA)$/.test(target.tagName) && !target.closest(".pane")) {
      event.preventDefault();
      this.onEnter(target, event.shiftKey ? -1 : 1);
    }
  }

  onEnter(target, step) {
    if (target.closest(".look")) this.look.advance(target, step);
    else if (target.closest(".new")) {
      if (!this.added.advance(target)) this.table.save();
    } else if (target.closest(".exam")) this.enterInExam();
    else if (target.classList.contains("suv")) {
      const all = [...this.root.querySelectorAll(".suv")];
      (all[all.indexOf(target) + step] ?? this.bar.save).focus();
    } else this.table.save();
  }

  enterInExam() {
    const { exam } = this.table.typed;
    const start = this.table.firstEmpty() ?? this.data.rows[0];
    if (!exam.performed_on) this.exam.focus("performed_on");
    else if (!exam.modality) this.exam.focus("modality");
    else if (this.head.focus()) return;
    else if (start) this.rows.focus(start.label);
    else this.add.focus();
  }
}

/** An Enter that is held down presses once: it must not run through the suggestions and save what nobody has seen. */
function onHeldEnter(event) {
  if (event.key !== "Enter" || !event.repeat || event.target.tagName === "TEXTAREA") return;
  event.preventDefault();
  event.stopPropagation();
}
