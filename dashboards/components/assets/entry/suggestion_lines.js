/* Under a row: what the report proposes for its box, the sentence it stands in, why it belongs to this row, and the keys
   that answer. The box itself shows the value in grey. */

import { key, make } from "./elements.js";

const AROUND = 60;
const LETTERS = ["y", "x"];

/** The sentence with the value in bold, cut to its surroundings. */
export function quote(report, one) {
  const flat = (text) => text.replace(/\s+/g, " ");
  const from = Math.min(one.sentence_start, one.start);
  const to = Math.max(one.sentence_end, one.end);
  let before = flat(report.say(from, one.start));
  let after = flat(report.say(one.end, to));
  if (before.length > AROUND) before = `…${before.slice(-AROUND).replace(/^\S*\s/, " ")}`;
  if (after.length > AROUND) after = `${after.slice(0, AROUND).replace(/\s\S*$/, " ")}…`;
  return make("q", {}, before.trimStart(), make("b", {}, flat(report.say(one.start, one.end))), after.trimEnd());
}

/** The lines of one row; none where the report says nothing of it. */
export function suggestionLines(report, row) {
  const all = report.of(row.label).map((one) => ({ one, state: report.stateOf(one) }));
  const isDecided = all.some(({ state }) => state === "taken" || state === "agrees");
  const shown = isDecided ? all.filter(({ state }) => state === "taken" || state === "agrees").slice(0, 1) : all;
  const open = shown.filter(({ state }) => state === "open");
  const lines = shown.map(({ one, state }) => line(report, row, one, state, open.findIndex((each) => each.one === one), open.length));
  if (open.length > 1 || report.asked === row.label) lines.unshift(askLine(row, open));
  return lines;
}

function askLine(row, open) {
  const words = open.length > 1
    ? `Which is ${row.label}? y takes the first, x the second, n refuses both.`
    : `Not sure that this is ${row.label}: y takes it, n refuses it, or type the value.`;
  return make("div", { className: "suggestion ask", role: "status" }, make("b", {}, words));
}

function line(report, row, one, state, at, count) {
  const parts = [];
  if (state === "open") {
    const value = one.text || `SUVmax ${one.suv}`;
    const say = count > 1 ? value : "take";
    if (at < LETTERS.length) parts.push(answer(LETTERS[at], say, `${value} for ${row.label}`, () => report.takeAndGo(one, row, !one.text)));
    if (at === count - 1) {
      parts.push(answer("n", "refuse", `what the report suggests for ${row.label}`, () => {
        report.refuse(report.open(row.label, { uptake: !one.text }));
        report.table.frame.rows.focus(row.label);
      }));
    }
  } else if (state === "refused") parts.push(answer("", "take after all", `${one.text || one.suv} for ${row.label}`, () => report.reconsider(one)));
  const words = { taken: "taken from the report", agrees: "typed, agrees with the report", differs: "the report says something else" }[state];
  return make(
    "div", { className: `suggestion ${state}${one.sure ? "" : " unsure"}` },
    make("span", { className: "from" }, quote(report, one), " ", make("span", { className: "why" }, words ?? sayWhy(one))),
    parts.length ? make("span", { className: "answers" }, ...parts) : null,
  );
}

const sayWhy = (one) => `${one.sure ? "" : "not sure: "}${one.reason}`;

/** A button that answers as its letter does; its name says in full what it does. */
export function answer(letter, words, name, press) {
  const shown = letter ? `${letter} ${words}` : words;
  const label = { "aria-label": `${shown}: ${name}` };
  const element = make("button", { type: "button", tabIndex: -1, ...label }, letter ? key(letter) : null, letter ? ` ${words}` : words);
  element.addEventListener("click", press);
  return element;
}
