/* What the report says of the scan itself, on one line under its fields: each answered by itself, or all that stand there
   taken together. Nothing is taken that is not on this line. */

import { key, make } from "./elements.js";
import { formatDate } from "./findings.js";

const NAMES = {
  performed_on: "Performed", modality: "Modality", phase: "Phase", slice: "Slice", reported_on: "Reported", count: "Count",
  uptake_minutes: "Uptake",
};
const UNITS = { slice: " mm", uptake_minutes: " min" };

export class HeaderSuggestions {
  constructor(table) {
    this.table = table;
    /* What is drawn, so that a key in a box draws nothing anew here. */
    this.shown = "";
    this.line = make("div", { className: "chips" });
    this.all = make("button", { type: "button", className: "take-all" });
    this.all.addEventListener("click", () => this.takeAll());
    this.all.addEventListener("keydown", (event) => this.onAllKey(event));
    this.element = make(
      "div", { className: "card header-says", role: "group", "aria-label": "The report says of the scan", hidden: true },
      make("b", {}, "The report says"), this.line, this.all,
    );
  }

  get report() {
    return this.table.report;
  }

  get open() {
    return (this.report.proposals?.header ?? []).filter((one) => this.report.stateOfHeader(one) === "open");
  }

  show() {
    const all = this.report.proposals?.header ?? [];
    const shown = `${this.report.stamp} ${all.map((one) => one.id + this.report.stateOfHeader(one)).join()}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = all.length === 0;
    const focused = this.line.getRootNode().activeElement?.dataset?.header;
    this.line.replaceChildren(...all.map((one) => this.chip(one, this.report.stateOfHeader(one))));
    if (focused) this.line.querySelector(`[data-header="${CSS.escape(focused)}"]`)?.focus();
    const { open } = this;
    this.all.hidden = open.length === 0;
    this.all.replaceChildren(key("Enter"), open.length === 1 ? " take it" : ` take these ${open.length}`);
    this.element.classList.toggle("done", open.length === 0);
  }

  chip(one, state) {
    const region = one.field.startsWith("statements.") ? `New in ${one.field.slice(11)}` : null;
    const value = one.field.endsWith("_on") ? formatDate(one.value) : `${one.value}${UNITS[one.field] ?? ""}`;
    const name = region ?? NAMES[one.field] ?? one.field;
    const said = { open: "", taken: " ✓", refused: " refused", differs: " differs from what is typed" }[state];
    const chip = make(
      "button", { type: "button", className: `chip ${state}`, title: `“${one.words}”`, "data-header": one.id },
      make("span", {}, name), " ", make("b", {}, value), said,
    );
    chip.addEventListener("click", () => this.take([one]));
    chip.addEventListener("keydown", (event) => this.onKey(event, one));
    const look = () => this.table.look([one]);
    chip.addEventListener("focus", look);
    chip.addEventListener("mouseenter", look);
    chip.addEventListener("mouseleave", () => this.table.lookAtFocus());
    return chip;
  }

  take(ones) {
    this.report.takeHeader(ones);
  }

  takeAll() {
    this.take(this.open);
    this.table.startRows();
  }

  /** On the button of all: y takes as Enter does, n leaves them and goes on to the rows. */
  onAllKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "y") this.takeAll();
    else if (event.key === "n" || event.key === "ArrowDown") this.table.startRows();
    else return;
    event.preventDefault();
  }

  onKey(event, one) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "y") this.take([one]);
    else if (event.key === "n") this.report.refuseHeader(one);
    else if (step) this.neighbour(event.target, step)?.focus();
    else return;
    event.preventDefault();
  }

  neighbour(chip, step) {
    const chips = [...this.line.children, this.all].filter((one) => !one.hidden);
    return chips[chips.indexOf(chip) + step];
  }

  /** To the button that takes all of the line; false where nothing waits. */
  focus() {
    if (this.open.length) this.all.focus();
    return this.open.length > 0;
  }
}
