/* The map of keys, opened by ? or by its button: a dialog of the page's own, closed by Esc; the focus goes back to where
   it was. */

import { key, make } from "./elements.js";

const KEYS = [
  ["Everywhere", [
    [["Ctrl+V"], "paste a report: its text stands beside the table"],
    [["Tab", "Shift+Tab"], "next and previous field"],
    [["Alt+L"], "look of lesions, liver background, other sites: open and close"],
    [["Esc"], "leave; the draft is kept for later"],
    [["?"], "this map"],
  ]],
  ["In a box", [
    [["Enter", "↓"], "next row; the last Enter saves"],
    [["Shift+Enter", "↑"], "row before"],
    [["+"], "a new lesion"],
    [["y"], "do what the question under the row proposes"],
    [["k", "1 … 4"], "keep what is typed, for a reason"],
    [["Ctrl+V"], "a column from a spreadsheet fills the boxes below"],
  ]],
  ["A suggestion of the report, in an empty box", [
    [["Enter"], "take it, where it is sure, and go on"],
    [["y"], "take it, sure or not, and go on"],
    [["x"], "take the second of two"],
    [["n"], "refuse it"],
    [["v"], "suggest here what fits no row; again: the next"],
    [["any value"], "type what is right instead"],
  ]],
  ["A new lesion of the report", [
    [["Enter", "y"], "take it as stated"],
    [["e", "u"], "take it as equivocal, as unequivocal"],
    [["n"], "refuse it"],
  ]],
];

export class KeyMap {
  constructor() {
    const groups = KEYS.map(([title, rows]) => make("section", {}, make("h3", {}, title), make("dl", {}, ...rows.flatMap(line))));
    const close = make("button", { type: "button" }, "Close ", key("Esc"));
    close.addEventListener("click", () => this.element.close());
    this.element = make(
      "dialog", { className: "keymap", "aria-labelledby": "keymap-title" },
      make("div", { className: "pane-head" }, make("h2", { id: "keymap-title" }, "Keys"), close), make("div", { className: "keygroups" }, ...groups),
    );
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
    this.button = make("button", { type: "button", className: "quiet", "aria-haspopup": "dialog" }, key("?"), " keys");
    this.button.addEventListener("click", () => this.open());
  }

  /** The dialog gives the focus back by itself to what had it. */
  open() {
    if (!this.element.open) this.element.showModal();
  }

  /** Esc closes the map and nothing else: it must not leave the entry. */
  onKey(event) {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "?") {
      event.preventDefault();
      this.element.close();
    }
  }
}

const line = ([keys, words]) => [make("dt", {}, ...keys.flatMap((one, at) => (at ? [" ", key(one)] : [key(one)]))), make("dd", {}, words)];
