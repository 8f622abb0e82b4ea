/* The whole entry on the page: the parts in their order, the keys that lead through them, and where the focus goes. */

import { key, make, textField } from "./elements.js";
import { ExamRow, isTooEarly } from "./exam_row.js";
import { formatDate, scanBefore } from "./findings.js";
import { Preview, SaveBar } from "./foot.js";
import { dayWords, LesionRows, question } from "./lesion_rows.js";
import { NewRows } from "./new_rows.js";

export class Frame {
  constructor(parent, data, table) {
    this.table = table;
    this.data = data;
    const { typed } = table;
    this.exam = new ExamRow(data, typed.exam, (change) => this.changeExam(change));
    this.rows = new LesionRows(data, typed, table);
    this.added = new NewRows(data, table);
    this.preview = new Preview();
    this.bar = new SaveBar(data, typed.exam, table, (reason) => this.changeExam({ reason }));
    this.root = make("div", { className: "entry" }, this.exam.element, this.buildTable(), this.preview.element, this.bar.element);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("focusout", (event) => {
      if (!event.relatedTarget || !this.root.contains(event.relatedTarget)) table.leaveSoon();
    });
    this.showExam();
    parent.append(this.root);
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
    const words = this.data.words.flatMap(([letters, meaning]) => [key(letters), make("span", {}, meaning)]);
    return make(
      "div", { className: "card table", role: "group", "aria-label": "Lesions" },
      head, ...this.rows.elements, this.added.element, this.finding, this.add,
      make("label", { className: "field remark" }, make("span", {}, "Remarks"), remark),
      make("div", { className: "words" }, ...words),
    );
  }

  changeExam(change) {
    this.table.changeExam(change);
    this.showExam();
  }

  /** What the table takes from the exam's fields: the day over its boxes, the day of the scan before, and the column of uptake on PET. */
  showExam() {
    const day = this.table.typed.exam.performed_on;
    const before = scanBefore(this.data.scans, day);
    this.day.textContent = dayWords(day);
    this.before.replaceChildren("Prior, mm ", before ? make("small", {}, formatDate(before)) : "");
    this.root.classList.toggle("with-pet", this.exam.isPet);
  }

  showTableFindings(findings) {
    const open = findings.filter((one) => !one.kept);
    this.finding.replaceChildren(...open.map((one) => question(one, (answer) => this.table.answerTable(one, answer))));
    this.finding.hidden = open.length === 0;
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
    if (event.key === "Escape") {
      event.preventDefault();
      this.table.leave();
    } else if (event.key === "Enter" && target.tagName !== "BUTTON") {
      event.preventDefault();
      this.onEnter(target, event.shiftKey ? -1 : 1);
    }
  }

  onEnter(target, step) {
    if (target.closest(".new")) {
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
    else if (start) this.rows.focus(start.label);
    else this.add.focus();
  }
}
