/* The report beside the table: first a place to paste it into, then its text with what was found in it, and below it what
   the words say against the table. */

import { key, make } from "./elements.js";
import { compareWords } from "./report_words.js";
import { ReportText } from "./report_text.js";

const SHORTEST = 20;

export class ReportPane {
  constructor(table) {
    this.table = table;
    this.report = table.report;
    this.text = new ReportText(this.report);
    this.legend = make(
      "span", { className: "legend" },
      make("span", { className: "mark current" }, "25 mm"), " this scan ",
      make("span", { className: "mark prior" }, "27 mm"), " earlier ",
      make("span", { className: "mark said" }, "no new"), " in words",
    );
    this.status = make("span", { className: "hint", role: "status" });
    this.takeOut = make("button", { type: "button", className: "quiet" }, "Remove");
    this.takeOut.addEventListener("click", () => this.onRemove());
    this.takeOut.addEventListener("blur", () => this.calmRemove());
    this.head = make("div", { className: "pane-head" }, make("h3", {}, "Report"), this.status, this.legend, this.takeOut);
    this.field = make("textarea", {
      className: "paste", rows: 6, spellcheck: false, "aria-label": "Report text: paste it here",
      placeholder: "Paste the report here, or press Ctrl+V anywhere on this page. Nothing of it enters the table before you take it.",
    });
    this.field.addEventListener("change", () => this.onTyped());
    this.against = make("div", { className: "against", hidden: true });
    this.element = make(
      "section", { className: "card pane", "aria-label": "Report" },
      make("div", { className: "pane-in" }, this.head, this.field, this.text.element, this.against),
    );
    this.draw();
  }

  get isEmpty() {
    return !this.report.content;
  }

  /** Text typed or dropped into the field counts as pasted, once there is enough of it. */
  onTyped() {
    const { value } = this.field;
    if (value.trim().length >= SHORTEST) this.table.pasting.pasteReport(value);
  }

  onRemove() {
    if (this.takeOut.dataset.asked) return this.table.pasting.removeReport();
    this.takeOut.dataset.asked = "yes";
    this.takeOut.textContent = "Remove the text? Values taken stay";
    return undefined;
  }

  calmRemove() {
    delete this.takeOut.dataset.asked;
    this.takeOut.textContent = "Remove";
  }

  focusField() {
    if (this.isEmpty) this.field.focus();
    else this.text.element.focus();
  }

  /** Everything anew: another text, or its reading came. */
  draw() {
    const { isEmpty, report } = this;
    this.element.classList.toggle("empty", isEmpty);
    this.field.hidden = !isEmpty;
    for (const one of [this.text.element, this.takeOut]) one.hidden = isEmpty;
    this.legend.hidden = isEmpty || report.isWaiting;
    this.against.hidden = true;
    if (isEmpty) {
      this.field.value = "";
      this.status.textContent = "";
      this.calmRemove();
      return;
    }
    const { proposals } = report;
    const marks = proposals?.marks ?? [];
    this.text.draw(marks, proposals ? this.places(proposals) : [], proposals ? this.tags(proposals) : new Map());
    this.status.textContent = report.isWaiting ? "reading …" : this.sayFound(proposals);
    this.showAgainst();
  }

  sayFound({ suggestions, new: fresh, header, unread }) {
    if (unread) return unread;
    const rows = new Set(suggestions.map((one) => one.label)).size;
    const found = [[rows, "row"], [fresh.length, "new lesion"], [header.length, "field"]].filter(([count]) => count);
    const words = found.map(([count, what]) => `${count} ${what}${count === 1 ? "" : "s"}`);
    const from = this.report.content.inbox ? "from the inbox · " : "";
    return `${from}suggests ${words.length ? words.join(", ") : "nothing"}`;
  }

  places({ suggestions, new: fresh, header, contradictions }) {
    const sentences = [...suggestions, ...fresh].map((one) => ({ start: one.sentence_start, end: one.sentence_end }));
    const spans = contradictions.flatMap((one) => one.spans.map(([start, end]) => ({ start, end })));
    return [...suggestions, ...fresh, ...header, ...sentences, ...spans];
  }

  /** What each marked span was proposed for. */
  tags({ suggestions, new: fresh, header }) {
    const tags = new Map();
    const add = ({ start, end }, name) => {
      const known = tags.get(`${start}-${end}`) ?? [];
      if (!known.includes(name)) tags.set(`${start}-${end}`, [...known, name]);
    };
    for (const one of suggestions) add(one, one.sure ? one.label : `${one.label}?`);
    for (const one of fresh) add(one, "new");
    for (const one of header) if (one.field === "count") add(one, "count");
    return tags;
  }

  /** Ring what belongs to a row, or to anything else with spans. */
  look(spans) {
    if (this.report.proposals) this.text.show(spans);
  }

  /** Words against the table, places that contradict each other, and values that fit no row. */
  showAgainst() {
    const { proposals } = this.report;
    if (!proposals) return;
    const compared = compareWords(this.table);
    const left = proposals.unmatched.filter((one) => !this.report.isHeld(one));
    const drawn = `${this.report.stamp} ${compared.join()} ${left.map((one) => one.start).join()}`;
    if (drawn === this.drawn && !this.against.hidden) return;
    this.drawn = drawn;
    const lines = compared.map(([name, words, state]) => make(
      "div", { className: `said-line ${state}` }, make("span", { className: "what" }, name), make("span", {}, words),
      make("b", {}, { ok: "✓", open: "open", differs: "differs" }[state]),
    ));
    const apart = proposals.contradictions.map((one) => this.line("Two readings", one.words, one.spans));
    const unmatched = left.map((one) => this.leftLine(one));
    const all = [...apart, ...unmatched, ...lines];
    this.against.replaceChildren(...(all.length ? [make("h3", {}, "Text against table"), ...all] : []));
    this.against.hidden = all.length === 0;
  }

  /** A value that fits no row, with a button that suggests it for the row that was typed in last. */
  leftLine(one) {
    const why = one.why ? `: ${one.why}` : "";
    const line = this.line("In no row", `“${this.report.say(one.start, one.end)}”${why}`, [[one.start, one.end]]);
    if (one.text) {
      const put = make("button", { type: "button", className: "quiet" }, key("v"), " suggest");
      put.setAttribute("aria-label", `Suggest ${one.text} for the row that was typed in last`);
      put.addEventListener("click", () => this.table.placeInRow(one));
      line.append(put);
    }
    return line;
  }

  line(name, words, spans) {
    const places = spans.map(([start, end]) => ({ start, end }));
    const show = make("button", { type: "button", className: "quiet" }, "show");
    show.addEventListener("click", () => this.look(places));
    const quotes = spans.length > 1 ? ` “${spans.map(([start, end]) => this.report.say(start, end)).join("” and “")}”` : "";
    return make("div", { className: "said-line differs" }, make("span", { className: "what" }, name), make("span", {}, words, make("b", {}, quotes)), show);
  }
}
