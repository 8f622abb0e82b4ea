/* Lesions seen for the first time: organ, segment, equivocal or unequivocal as stated, size, and since when. */

import { readCell } from "./cells.js";
import { choice, make, textField } from "./elements.js";
import { formatDate } from "./findings.js";
import { quote } from "./suggestion_lines.js";

const CERTAINTY = [["", "as stated…"], ["eq", "equivocal"], ["uneq", "unequivocal"]];

export class NewRows {
  constructor(data, table) {
    this.data = data;
    this.table = table;
    this.element = make("div", { className: "added" });
  }

  /** Draw the rows anew where one came or went, then say what was understood of each. */
  show(added) {
    const drawn = [...this.element.children].map((line) => line.dataset.label);
    if (drawn.join() !== added.map((row) => row.label).join()) {
      this.element.replaceChildren(...added.map((row) => this.build(row)));
    }
    added.forEach((row, at) => this.echo(row, this.element.children[at]));
  }

  build(row) {
    const named = (name, label) => ({ "aria-label": `${row.label}: ${label}`, "data-field": name });
    const earlier = this.data.scans.map((iso) => [iso, `seen in retrospect on ${formatDate(iso)}`]);
    const remove = make("button", { type: "button", className: "remove", title: `Take ${row.label} out again` }, "remove");
    remove.addEventListener("click", () => this.table.removeNewRow(row.label));
    const line = make(
      "div", { className: "row new", role: "group", "aria-label": `New lesion ${row.label}`, "data-label": row.label },
      make("span", { className: "name" }, make("b", {}, row.label), make("span", {}, "new ✚")),
      make(
        "span", { className: "new-fields" },
        choice(row.organ, this.data.choices.organ, named("organ", "organ")),
        textField(row.segments, { placeholder: "segment", maxLength: 20, ...named("segments", "segment") }),
        choice(row.certainty, CERTAINTY, named("certainty", "as the report states")),
        textField(row.text, { placeholder: "size", maxLength: 70, ...named("text", "size, or empty") }),
        choice(row.first_seen, [["", "new since the last scan"], ...earlier], named("first_seen", "since when")),
        remove,
      ),
      make("span", { className: "echo" }),
    );
    for (const field of line.querySelectorAll("[data-field]")) {
      field.addEventListener("input", () => this.table.changeNewRow(row.label, { [field.dataset.field]: field.value }));
    }
    line.addEventListener("keydown", (event) => this.onKey(event, row.label));
    return line;
  }

  /** + adds a further lesion and is never part of a segment; y and k answer which unit is meant, as in every box. */
  onKey(event, label) {
    const row = this.table.typed.added.find((one) => one.label === label);
    const { field } = event.target.dataset;
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
    if (event.key === "+" && field === "segments") {
      event.preventDefault();
      if (row.segments || row.certainty || row.text) this.table.addNewRow();
    } else if ((event.key === "y" || event.key === "k") && field === "text" && this.reading(row)?.question) {
      event.preventDefault();
      event.target.value = `${row.text.trim()} ${event.key === "y" ? "cm" : "mm"}`;
      this.table.changeNewRow(label, { text: event.target.value });
    }
  }

  /** What was understood of a row; null before equivocal or unequivocal is said. */
  reading(row) {
    if (!row.certainty) return null;
    return readCell(`${row.certainty} ${row.text}`, { node: row.organ === "lymph node", labels: [], isNew: true });
  }

  echo(row, line) {
    line.querySelector("[data-field=segments]").hidden = row.organ !== "liver";
    const reading = this.reading(row) ?? { problem: "equivocal or unequivocal, as the report states?" };
    const problem = reading.question ? `${reading.question} y is cm, k is mm.` : reading.problem;
    const said = problem ? make("span", { className: "problem" }, problem) : make("b", {}, reading.echo);
    const { report } = this.table;
    const from = row.source && report.content ? make("div", { className: "from" }, quote(report, row.source), " ", make("span", { className: "why" }, "taken from the report")) : null;
    line.querySelector(".echo").replaceChildren(...[said, from].filter(Boolean));
    line.classList.toggle("refused", Boolean(problem));
  }

  line(label) {
    return [...this.element.children].find((one) => one.dataset.label === label);
  }

  focus(label) {
    const line = this.line(label);
    (line?.querySelector("[data-field=segments]:not([hidden])") ?? line?.querySelector("[data-field]"))?.focus();
  }

  /** To the field that is wrong: what the report states, else the size. */
  focusWrong(label) {
    const certainty = this.line(label).querySelector("[data-field=certainty]");
    (certainty.value ? this.line(label).querySelector("[data-field=text]") : certainty).focus();
  }

  /** The label of the first row that lacks something. */
  firstRefused() {
    return [...this.element.children].find((line) => line.classList.contains("refused"))?.dataset.label ?? null;
  }

  /** Enter moves along the fields, then to the next row; false behind the last one. */
  advance(target) {
    const line = target.closest(".new");
    const fields = [...line.querySelectorAll("[data-field]")].filter((field) => !field.hidden);
    const next = fields[fields.indexOf(target) + 1];
    if (next) next.focus();
    else if (line.nextElementSibling) this.focus(line.nextElementSibling.dataset.label);
    else return false;
    return true;
  }
}
