/* The report that was pasted for this scan: its text, what it proposes for the boxes, what was taken and what refused.
   A proposal is never a value: it stands beside its box until a person takes it by key or press. Spans count code points. */

import { readCell } from "./cells.js";

export class Report {
  constructor(table) {
    this.table = table;
    this.proposals = null;
    this.stamp = null;
    /* The row whose unsure suggestion was asked about, since Enter does not take it. */
    this.asked = null;
    /* Values of the report that fit no row, put into one by hand: the suggestion by the row's label. */
    this.placed = new Map();
    this.read();
  }

  get content() {
    return this.table.typed.report ?? null;
  }

  /** Whether the text was sent and its reading is not there yet. */
  get isWaiting() {
    return Boolean(this.content) && !this.proposals;
  }

  /** The text as code points where it needs them. */
  read() {
    const text = this.content?.text ?? "";
    this.points = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
  }

  say(start, end) {
    const piece = this.points.slice(start, end);
    return typeof piece === "string" ? piece : piece.join("");
  }

  get length() {
    return this.points.length;
  }

  /** A new text takes the place of none or of an older one; what was taken from the older one stays as typed. */
  paste(text, inbox = null) {
    for (const entry of [...Object.values(this.table.typed.rows), ...this.table.typed.added]) delete entry.source;
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.table.typed.report = { id, text, taken: {}, refused: {}, inbox };
    this.forget();
  }

  remove() {
    for (const entry of [...Object.values(this.table.typed.rows), ...this.table.typed.added]) delete entry.source;
    this.table.typed.report = null;
    this.forget();
  }

  forget() {
    this.proposals = null;
    this.stamp = null;
    this.asked = null;
    this.placed.clear();
    this.read();
  }

  /** What the server reads in the text of this very report; false where it is of another or nothing is new. */
  receive(proposals) {
    if (!proposals || proposals.of !== this.content?.id || proposals.stamp === this.stamp) return false;
    this.proposals = proposals;
    this.stamp = proposals.stamp;
    return true;
  }

  // --- suggestions of the rows

  of(label) {
    if (!this.proposals) return [];
    const said = this.proposals.suggestions.filter((one) => one.label === label);
    const placed = this.placed.get(label) ?? this.placedBefore(label);
    return placed && !said.some((one) => one.id === placed.id) ? [placed, ...said] : said;
  }

  /** What stands in a row that it was put into before the page was loaded anew. */
  placedBefore(label) {
    const { source } = this.table.typed.rows[label] ?? {};
    return source && this.leftovers().some((one) => isOf(source, one)) ? placedIn(label, source) : null;
  }

  leftovers() {
    return [...(this.proposals?.unmatched ?? []), ...(this.proposals?.new ?? [])].filter((one) => sizeOf(one));
  }

  /** Values that fit no row and are in none yet. */
  get loose() {
    const waiting = new Set([...this.proposals.unmatched, ...this.openNew()]);
    return this.leftovers().filter((one) => waiting.has(one) && !this.isHeld(one));
  }

  /** Whether a row holds this value as it was put there. */
  isHeld(value) {
    return Object.values(this.table.typed.rows).some(({ source, text }) => source && isOf(source, value) && source.text === text.trim());
  }

  /** Into an empty box as a suggestion that is never sure; without a value the next one that fits no row. */
  place(row, value = null) {
    const { loose } = this;
    if (!loose.length || this.table.typed.rows[row.label].text.trim()) return false;
    const now = this.placed.get(row.label);
    const next = value ?? loose[(loose.findIndex((one) => now && isOf(now, one)) + 1) % loose.length];
    const placed = placedIn(row.label, { ...next, text: sizeOf(next) });
    delete this.content.refused[placed.id];
    this.placed.set(row.label, placed);
    this.ask(row);
    this.table.look([placed]);
    return true;
  }

  /** open, taken, refused, agrees (typed, and the same) or differs (typed, and something else). */
  stateOf(one) {
    if (this.content.refused[one.id]) return "refused";
    const entry = this.table.typed.rows[one.label];
    if (!one.text) return entry.suv.trim() ? sameNumber(entry.suv, one.suv) : "open";
    const text = entry.text.trim();
    if (!text) return "open";
    if (entry.source?.id === one.id && text === one.text) return "taken";
    return this.isSame(one, text) ? "agrees" : "differs";
  }

  isSame(one, text) {
    const row = this.table.row(one.label);
    const [typed, said] = [text, one.text].map((words) => this.readText(row, words));
    const size = (read) => (row.node ? read.short : read.longest);
    return typed.state === said.state && size(typed) === size(said) && typed.into === said.into;
  }

  readText(row, text) {
    const labels = this.table.data.rows.map((other) => other.label).filter((label) => label !== row.label);
    return readCell(text, { node: row.node, labels, isNew: true });
  }

  /** The suggestions of a row that wait for an answer; all of its box, or all of its uptake. */
  open(label, { uptake = false } = {}) {
    return this.of(label).filter((one) => Boolean(one.text) !== uptake && this.stateOf(one) === "open");
  }

  take(one) {
    const { content, table } = this;
    delete content.refused[one.id];
    content.taken[one.id] = true;
    this.asked = null;
    const row = table.row(one.label);
    const change = one.text ? { text: one.text, source: sourceOf(one) } : {};
    if (one.suv && table.isPet && !table.typed.rows[one.label].suv.trim()) change.suv = one.suv;
    table.frame.rows.put(one.label, change);
    table.changeRow(row, change);
  }

  refuse(ones) {
    const { content, table } = this;
    for (const one of ones) {
      const isTaken = this.stateOf(one) === "taken";
      content.refused[one.id] = true;
      delete content.taken[one.id];
      if (isTaken) {
        table.frame.rows.put(one.label, { text: "" });
        table.changeRow(table.row(one.label), { text: "", source: undefined });
      }
    }
    this.asked = null;
    table.changeRow(table.row(ones[0].label), {});
  }

  /** A refused suggestion waits again. */
  reconsider(one) {
    delete this.content.refused[one.id];
    this.table.changeRow(this.table.row(one.label), {});
  }

  /** Enter in an empty box takes a sure suggestion and goes on; an unsure one it only asks about. y, x and n answer. */
  onBoxKey(event, row, uptake = false) {
    if (!this.proposals || event.ctrlKey || event.metaKey || event.altKey) return false;
    const { key: pressed, target } = event;
    if (target.value.trim()) return false;
    if (pressed === "v" && !uptake && this.place(row)) return true;
    const open = this.open(row.label, { uptake });
    if (!open.length) return !uptake && this.finishWord(pressed, row);
    if (pressed === "Enter" && !event.shiftKey) {
      if (open.length === 1 && open[0].sure) this.takeAndGo(open[0], row, uptake);
      else this.ask(row);
    } else if (pressed === "y") this.takeAndGo(open[0], row, uptake);
    else if (pressed === "x" && open[1]) this.takeAndGo(open[1], row, uptake);
    else if (pressed === "n") {
      this.refuse(open);
      this.refusedAt = { label: row.label, time: event.timeStamp };
    } else return false;
    return true;
  }

  /** Whoever types "nm" or "ne" at once means the word: its first letter refused, its second says the rest. */
  finishWord(pressed, row) {
    const { label, time } = this.refusedAt ?? {};
    this.refusedAt = null;
    if (label !== row.label || performance.now() - time > 600 || !/^[me]$/.test(pressed)) return false;
    this.table.setRowText(row, `n${pressed}`);
    return true;
  }

  takeAndGo(one, row, uptake) {
    this.take(one);
    if (uptake) this.table.frame.nextUptake(row.label);
    else this.table.moveOn(row);
  }

  ask(row) {
    this.asked = row.label;
    this.table.refresh(row);
  }

  // --- new lesions

  stateOfNew(one) {
    if (this.content.refused[one.id]) return "refused";
    return this.isHeld(one) || this.table.typed.added.some((row) => row.source?.id === one.id) ? "taken" : "open";
  }

  openNew() {
    return this.proposals?.new.filter((one) => this.stateOfNew(one) === "open") ?? [];
  }

  takeNew(one, certainty) {
    delete this.content.refused[one.id];
    this.content.taken[one.id] = true;
    const { organ, segments, first_seen } = one;
    const size = sizeOf(one);
    const source = { ...sourceOf(one), text: size };
    this.table.putNewRow({ organ, segments, certainty, text: size, first_seen: first_seen ?? "", source });
  }

  refuseNew(one, refused = true) {
    if (refused) this.content.refused[one.id] = true;
    else delete this.content.refused[one.id];
    delete this.content.taken[one.id];
    this.table.changed();
  }

  // --- the fields of the scan

  /** open, taken (or said alike) or differs: something else was typed. A field that still holds what it began with is open. */
  stateOfHeader(one) {
    if (this.content.refused[one.id]) return "refused";
    const { exam } = this.table.typed;
    const begun = this.table.data.start.exam;
    const names = Object.keys(one.sets);
    if (names.every((name) => valueOf(exam, name) === one.sets[name])) return "taken";
    const untouched = names.every((name) => !valueOf(exam, name) || valueOf(exam, name) === valueOf(begun, name));
    return untouched ? "open" : "differs";
  }

  takeHeader(ones) {
    for (const one of ones) {
      delete this.content.refused[one.id];
      this.content.taken[one.id] = true;
    }
    this.table.frame.putExam(Object.assign({}, ...ones.map((one) => one.sets)));
  }

  refuseHeader(one) {
    this.content.refused[one.id] = true;
    delete this.content.taken[one.id];
    this.table.changed();
  }
}

const sourceOf = ({ id, text, start, end, sentence_start, sentence_end }) => ({ id, text, start, end, sentence_start, sentence_end });

const sizeOf = ({ text }) => text.replace(/^(un)?eq(uivocal)? ?/, "");

const isOf = (one, other) => one.start === other.start && one.end === other.end;

/** A value of the report as a suggestion for the row that a person chose. */
const placedIn = (label, { text, start, end, sentence_start, sentence_end }) => ({
  id: `${label}@${start}`, label, text, suv: "", start, end, sentence_start, sentence_end, sure: false, others: [],
  reason: "Put here by hand; the report does not say that it is this lesion.",
});

const sameNumber = (typed, said) => (Number(typed.replace(",", ".")) === Number(said) ? "agrees" : "differs");

/** A field of the scan by its name; `statements.<region>` is one of the statements. */
export function valueOf(exam, name) {
  const [field, region] = name.split(/\.(.*)/);
  return (region ? exam[field]?.[region] : exam[field]) ?? "";
}
