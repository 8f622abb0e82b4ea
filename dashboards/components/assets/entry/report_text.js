/* The text of a report cut into pieces with their marks: what is of this scan strong, what is of an earlier one dimmed,
   what is said in words underlined, every other number plain. Text goes in as text, never as HTML. */

import { make } from "./elements.js";

const TONES = { current: "of this scan", prior: "earlier", said: "said in words", plain: "" };

export class ReportText {
  /** `report` gives the words of a span; `tagged` names what a span was proposed for, such as L2 or count. */
  constructor(report) {
    this.report = report;
    this.pieces = [];
    this.element = make("div", { className: "text", tabIndex: 0, role: "group", "aria-label": "Text of the report" });
  }

  /** Draw the text anew. `spans` are further places that can be shown, each with start and end. */
  draw(marks, spans, tags) {
    const { length } = this.report;
    const cuts = new Set([0, length]);
    for (const { start, end } of [...marks, ...spans]) cuts.add(Math.min(start, length)).add(Math.min(end, length));
    const places = [...cuts].sort((a, b) => a - b);
    this.pieces = [];
    let at = 0;
    for (let index = 0; index + 1 < places.length; index += 1) {
      const [start, end] = [places[index], places[index + 1]];
      while (at < marks.length && marks[at].end <= start) at += 1;
      const mark = at < marks.length && marks[at].start <= start ? marks[at] : null;
      this.pieces.push({ start, end, element: this.piece(start, end, mark, tags) });
    }
    this.element.replaceChildren(...this.pieces.map((piece) => piece.element));
  }

  piece(start, end, mark, tags) {
    const props = mark ? { className: `mark ${mark.tone}`, title: mark.why || TONES[mark.tone] } : {};
    const element = make("span", props, this.report.say(start, end));
    const names = mark && mark.end === end ? tags.get(`${mark.start}-${mark.end}`) : null;
    if (names) element.append(make("sup", {}, names.join(" ")));
    return element;
  }

  /** Ring the values of what is looked at, pale-mark their sentences, and bring the first into view within the pane. */
  show(spans, { scroll = true } = {}) {
    const isIn = (piece, list, from, to) => list.some((one) => piece.start >= one[from] && piece.end <= one[to]);
    let first = null;
    for (const piece of this.pieces) {
      const isValue = isIn(piece, spans, "start", "end");
      piece.element.classList.toggle("looked", isValue);
      piece.element.classList.toggle("sentence", isIn(piece, spans, "sentence_start", "sentence_end"));
      if (isValue && !first) first = piece.element;
    }
    if (first && scroll) this.bringIntoView(first);
  }

  /** Only the pane scrolls, never the page: nothing moves above the box that is typed in. */
  bringIntoView(element) {
    const pane = this.element;
    const [inner, outer] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
    if (inner.top < outer.top + 24 || inner.bottom > outer.bottom - 24) {
      pane.scrollTop += inner.top - outer.top - pane.clientHeight / 3;
    }
  }
}
