/* Lesions that the report shows and the record does not have: a row in grey for each, taken or refused by one key. What
   the report leaves open, equivocal or unequivocal, is asked. */

import { make } from "./elements.js";
import { formatDate } from "./findings.js";
import { answer, quote } from "./suggestion_lines.js";

const CERTAINTY = { equivocal: "eq", unequivocal: "uneq" };

export class NewSuggestions {
  constructor(table) {
    this.table = table;
    this.drawn = null;
    this.element = make("div", { className: "ghosts" });
  }

  get report() {
    return this.table.report;
  }

  show() {
    const all = this.report.proposals?.new ?? [];
    const shown = all.filter((one) => this.report.stateOfNew(one) !== "taken");
    const drawn = `${this.report.stamp} ${shown.map((one) => one.id + this.report.stateOfNew(one)).join()}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const hadFocus = this.element.contains(this.element.getRootNode().activeElement);
    const focused = hadFocus ? this.element.getRootNode().activeElement.closest(".ghost").dataset.id : null;
    this.element.replaceChildren(...shown.map((one) => this.build(one, this.report.stateOfNew(one))));
    if (focused) this.focus(focused);
  }

  build(one, state) {
    const words = this.sayOf(one);
    const isOpen = state === "open";
    const line = make(
      "div", { className: `row new ghost ${state}`, tabIndex: isOpen ? 0 : -1, role: "group", "aria-label": `New lesion in the report: ${words}`, "data-id": one.id },
      make("span", { className: "name" }, make("b", {}, "new ✚"), make("span", {}, isOpen ? "suggested" : "refused")),
      make("span", { className: "from" }, make("b", { className: "value" }, words), make("br"), quote(this.report, one), " ", make("span", { className: "why" }, one.reason)),
      make("span", { className: "answers" }, ...(isOpen ? this.answers(one) : [this.again(one)])),
    );
    if (isOpen) line.addEventListener("keydown", (event) => this.onKey(event, one));
    const look = () => this.table.look([one]);
    line.addEventListener("focus", look);
    line.addEventListener("mouseenter", look);
    line.addEventListener("mouseleave", () => this.table.lookAtFocus());
    return line;
  }

  sayOf({ organ, segments, text, certainty, first_seen }) {
    const place = segments ? `${organ} ${segments}` : organ;
    const since = first_seen ? `seen in retrospect on ${formatDate(first_seen)}` : "";
    return [place, text || "no size", certainty || "equivocal or unequivocal?", since].filter(Boolean).join(" · ");
  }

  answers(one) {
    const take = (certainty) => () => this.take(one, certainty);
    const name = "as a new lesion";
    const choices = one.certainty
      ? [answer("y", "take", name, take(CERTAINTY[one.certainty]))]
      : [answer("e", "equivocal", `take it ${name}`, take("eq")), answer("u", "unequivocal", `take it ${name}`, take("uneq"))];
    return [...choices, answer("n", "refuse", "no new lesion", () => this.refuse(one))];
  }

  again(one) {
    return answer("", "consider again", "the refused new lesion", () => this.report.refuseNew(one, false));
  }

  onKey(event, one) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const { key: pressed } = event;
    if ((pressed === "Enter" && !event.shiftKey) || pressed === "y") {
      if (one.certainty) this.take(one, CERTAINTY[one.certainty]);
      else this.table.frame.bar.say(["Does the report mean it equivocal or unequivocal? e or u answers, n refuses."], true);
    } else if (pressed === "e" || pressed === "u") this.take(one, pressed === "e" ? "eq" : "uneq");
    else if (pressed === "n") this.refuse(one);
    else if (pressed === "ArrowUp" || (pressed === "Enter" && event.shiftKey)) this.step(one, -1);
    else if (pressed === "ArrowDown") this.step(one, 1);
    else return;
    event.preventDefault();
  }

  take(one, certainty) {
    this.report.takeNew(one, certainty);
    this.goOn();
  }

  refuse(one) {
    this.report.refuseNew(one);
    this.goOn();
  }

  /** To the next one that waits, else behind them all. */
  goOn() {
    if (!this.focusFirst()) this.table.moveBehindNew();
  }

  step(one, by) {
    const open = this.report.openNew();
    const next = open[open.indexOf(one) + by];
    if (next) this.focus(next.id);
    else if (by < 0) this.table.frame.rows.focusLast();
    else this.table.moveBehindNew();
  }

  /** To the first one that waits for an answer; false where none does. */
  focusFirst() {
    const [first] = this.report.openNew();
    if (first) this.focus(first.id);
    return Boolean(first);
  }

  focus(id) {
    [...this.element.children].find((line) => line.dataset.id === id)?.focus();
  }
}
