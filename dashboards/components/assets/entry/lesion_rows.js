/* The rows of the lesions followed: prior value, box, what was understood, and the questions under the row. */

import { fill, rowLines } from "./checks.js";
import { key, make, textField } from "./elements.js";
import { arrow, formatChange, formatDate, readRow, scanBefore } from "./findings.js";
import { suggestionLines } from "./suggestion_lines.js";

export class LesionRows {
  /** `table` is asked to change a row, answer a question, move on. */
  constructor(data, typed, table) {
    this.table = table;
    this.boxes = new Map();
    this.parts = new Map();
    this.elements = data.rows.flatMap((row) => this.build(row, typed.rows[row.label]));
  }

  build(row, entry) {
    const box = textField(entry.text, {
      className: "box", maxLength: 80, "aria-describedby": `echo-${row.label} from-${row.label}`, "data-row": row.label,
    });
    const suv = textField(entry.suv, { className: "suv", inputMode: "decimal", "aria-label": `${row.label}, SUVmax`, "data-suv": row.label });
    const prior = make("span", { className: "prior" });
    const echo = make("span", { className: "echo", id: `echo-${row.label}` });
    const role = make("span");
    const name = make("span", { className: "name" }, make("b", {}, row.label), role);
    const line = make("div", { className: "row lesion" }, name, prior, box, make("span", { className: "pet" }, suv), echo);
    const from = make("div", { className: "suggestions", id: `from-${row.label}`, hidden: true });
    const finding = make("div", { className: "finding", hidden: true });
    line.addEventListener("mouseenter", () => this.look(row));
    line.addEventListener("mouseleave", () => this.table.lookAtFocus());
    box.addEventListener("input", () => this.table.changeRow(row, { text: box.value }));
    suv.addEventListener("input", () => this.table.changeRow(row, { suv: suv.value }));
    box.addEventListener("keydown", (event) => this.onKey(event, row));
    box.addEventListener("blur", () => this.seen(row));
    suv.addEventListener("keydown", (event) => {
      if (this.table.report.onBoxKey(event, row, true)) event.preventDefault();
    });
    this.boxes.set(row.label, box);
    this.parts.set(row.label, { line, role, box, suv, prior, echo, from, finding });
    return [line, from, finding];
  }

  /** The text of the report shows what it says of this row. */
  look(row) {
    this.table.look(this.table.report.of(row.label));
  }

  /** Whoever was in a box that a pasted column filled has looked at it. */
  seen(row) {
    if (this.table.pasted.delete(row.label)) this.table.refresh(row);
  }

  /** Show what was understood of a row and what is asked; `nag` where an empty box stopped the save. */
  show(row, reading, findings, nag) {
    const { line, role, box, prior, echo, finding } = this.parts.get(row.label);
    const ghost = this.showSuggestions(row);
    const said = row.node ? `${reading.role} · short axis` : reading.role;
    role.textContent = `${row.place} · ${said}`;
    box.setAttribute("aria-label", `${row.label}, ${row.place}, ${said}`);
    prior.replaceChildren(...priorOf(reading.prior, scanBefore(this.table.data.scans, this.table.typed.exam.performed_on)));
    prior.title = reading.prior ? reading.prior.words : "no earlier value";
    const open = findings.filter((one) => !one.kept);
    line.classList.toggle("asked", open.length > 0 || nag);
    line.classList.toggle("refused", Boolean(reading.problem));
    const isPasted = this.table.pasted.has(row.label);
    const kept = findings.filter((one) => one.kept).map((one) => one.kept).join("; ");
    echo.replaceChildren(...(ghost ?? echoOf(reading, kept, isPasted)), ...this.table.checks.notesOfRow(row));
    const lines = rowLines(this.table.checks, open);
    if (nag) lines.push(["empty", () => this.emptyQuestion(row)]);
    fill(finding, lines);
  }

  /** The suggestion in grey in the empty box and in words under the row; returns what is said beside the box. */
  showSuggestions(row) {
    const { report } = this.table;
    const { line, box, suv, from } = this.parts.get(row.label);
    const open = report.open(row.label);
    const isSure = open.length === 1 && open[0].sure;
    box.placeholder = open.map((one) => one.text).join(" or ") + (open.length && !isSure ? " ?" : "");
    const uptake = this.uptakeOf(row, open, isSure);
    suv.placeholder = uptake || (report.open(row.label, { uptake: true })[0]?.suv ?? "");
    line.classList.toggle("suggested", isSure);
    line.classList.toggle("unsure", open.length > 0 && !isSure);
    const lines = suggestionLines(report, row);
    from.replaceChildren(...lines);
    from.hidden = lines.length === 0;
    if (!open.length) return null;
    if (!isSure) return [make("span", {}, open.length > 1 ? "two readings: " : "perhaps "), make("b", {}, open.map((one) => one.text).join(" or ")), "?"];
    const reading = readRow(row, { text: open[0].text }, this.table.data, this.table.typed.exam.performed_on);
    const parts = echoOf(reading, false, false).filter((part) => part !== " ✓");
    return [make("span", {}, "suggested "), ...parts, uptake ? `, SUVmax ${uptake}` : ""];
  }

  /** The uptake that is taken together with the size, where its column is shown and its box is empty. */
  uptakeOf(row, open, isSure) {
    const [one] = open;
    const isEmpty = !this.table.typed.rows[row.label].suv.trim();
    return one?.suv && isEmpty && this.table.isPet ? `${one.suv}${isSure ? "" : " ?"}` : "";
  }

  emptyQuestion(row) {
    const nm = make("button", { type: "button", tabIndex: -1 }, key("y"), " not mentioned");
    nm.addEventListener("click", () => this.table.setRowText(row, "nm"));
    const all = make("button", { type: "button", tabIndex: -1 }, "all empty ones: not mentioned");
    all.addEventListener("click", () => this.table.markEmptyNotMentioned());
    return make(
      "div", { className: "question", role: "note" }, make("b", {}, `${row.label} is empty:`),
      make("span", {}, "type nm if the report does not mention it."), make("span", { className: "answers" }, nm, all),
    );
  }

  focus(label) {
    const box = this.boxes.get(label);
    box.focus();
    box.select();
  }

  focusLast() {
    this.focus([...this.boxes.keys()].at(-1));
  }

  /** Text and uptake as they were set by something else than a key in their field. */
  put(label, { text, suv }) {
    if (text !== undefined) this.boxes.get(label).value = text;
    if (suv !== undefined) this.parts.get(label).suv.value = suv;
  }

  /** Enter down, Shift+Enter and arrow up back, y and k answer, + adds a new lesion. Digits only ever mean digits. */
  onKey(event, row) {
    const { key: pressed } = event;
    if (this.table.report.onBoxKey(event, row)) return void event.preventDefault();
    if (this.table.answerKey(row, event)) return void event.preventDefault();
    if (pressed === "Enter") this.table.move(row, event.shiftKey ? -1 : 1);
    else if (pressed === "ArrowUp") this.table.move(row, -1);
    else if (pressed === "ArrowDown") this.table.moveWithin(row);
    else if (pressed === "+" && !/^s(plit)?\b/i.test(event.target.value.trim())) this.table.addNewRow();
    else return;
    event.preventDefault();
  }
}

/** The prior value; with its own date where it is not of the scan that the head of the column names. */
function priorOf(prior, before) {
  if (!prior) return ["–"];
  return prior.date === before ? [prior.text] : [prior.text, make("small", {}, formatDate(prior.date))];
}

function echoOf(reading, kept, pasted) {
  if (reading.problem) return [make("span", { className: "problem" }, reading.problem)];
  if (reading.question) return [make("b", {}, reading.question)];
  if (!reading.state) return [];
  const parts = reading.state === "absent" ? ["○ "] : [];
  parts.push(make("b", {}, reading.echo));
  if (reading.size && reading.prior?.size) {
    parts.push(` ${arrow(reading.size, reading.prior.size)} ${formatChange(reading.size, reading.prior.size)}`);
  } else if (!reading.size) parts.push(" ✓");
  if (kept) parts.push(make("span", { className: "kept" }, ` kept: ${kept}`));
  if (pasted) parts.push(make("span", { className: "kept" }, " pasted, check it"));
  return parts;
}

/** The words under the head of the prior column of a day. */
export const dayWords = (iso) => (iso ? formatDate(iso) : "this scan");
