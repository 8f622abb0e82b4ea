/* The findings of the checks where they stand: among the exam's fields, one at a time, under a row, under the table. Each is mended (y) or
   kept as typed for a reason (k, then a digit). The server finds them; what the browser can see by itself is asked at once
   and gives way to the server's own finding as soon as it has the draft. A note asks nothing. */

import { key, make, textField } from "./elements.js";
import { ALL_ROWS, copiedFinding, rowFindings } from "./findings.js";

/* Places that are fields of the scan or the report: their findings stand under the exam's fields. */
const FIELDS = {
  "performed on": "Performed", "reported on": "Reported", modality: "Modality", phase: "Phase", "uptake minutes": "Uptake",
  Count: "Count", comparison: "Comparison", report: "The report",
};

/* Where a date that cannot be is typed anew. */
const DATES = { "performed on": "performed_on", "reported on": "reported_on" };

export class Checks {
  /** `table` holds what is typed, reads the rows, and is told of every answer. */
  constructor(table) {
    this.table = table;
    /* The finding whose reason is being chosen, and whether it is being written. */
    this.choosing = null;
    this.writing = false;
    this.exam = make("div", { className: "finding exam-finding", hidden: true });
  }

  // --- what is found

  /** The server's findings that are about what stands in the boxes now. */
  found() {
    return (this.table.data.findings ?? []).filter((one) => this.isAbout(one)).map((one) => this.dress(one));
  }

  isAbout(one) {
    return Object.entries(one.about ?? {}).every(([label, size]) => {
      const row = this.table.row(label);
      return !row || this.table.reading(row).size === size;
    });
  }

  /** A finding with what was answered. */
  dress(one) {
    const kept = this.table.typed.accepted?.[one.key] ?? "";
    return { ...one, kept, hard: one.level === "hard", row: this.table.row(one.place) ?? null };
  }

  /** Whether the server's findings are those of what is typed now: then they are all there are. */
  get isAnswered() {
    return this.table.link.isKept(this.table.data);
  }

  /** Local findings beside the server's; the server's own words count. */
  withLocal(found, local) {
    if (this.isAnswered) return found;
    const rules = new Set(found.map((one) => one.rule));
    return found.concat(local.filter((one) => !rules.has(one.rule)).map((one) => this.dress(one)));
  }

  /** What is asked of one row. */
  ofRow(row) {
    const local = rowFindings(row, this.table.reading(row));
    if (local[0]?.level === "unit") return [{ ...local[0], hard: true, row }];
    return this.withLocal(this.found().filter((one) => isAsked(one) && one.place === row.label && !isSwap(one)), local);
  }

  /** What is asked of the table: of all rows, of two of them, of new rows, of sums. */
  ofTable() {
    const found = this.found().filter((one) => isAsked(one) && (isSwap(one) || !(one.row || one.place in FIELDS)));
    const readings = this.table.data.rows.map((row) => this.table.reading(row));
    return this.withLocal(found, copiedFinding(this.table.data, readings));
  }

  /** What is asked of the scan's own fields and of its report. */
  ofExam() {
    return this.found().filter((one) => isAsked(one) && one.place in FIELDS);
  }

  notes(isHere) {
    return this.found().filter((one) => one.level === "note" && isHere(one));
  }

  all() {
    return [...this.ofExam(), ...this.table.data.rows.flatMap((row) => this.ofRow(row)), ...this.ofTable()];
  }

  open() {
    return this.all().filter((one) => !one.kept).map((one) => ({ ...one, where: whereOf(one) }));
  }

  // --- answers

  /** An answer by its letter; false where the finding has none of that letter. */
  answer(one, letter) {
    const { table } = this;
    if (letter === "y" && one.take) table.setRowText(one.row, one.take);
    else if (letter === "k" && one.keep) table.setRowText(one.row, one.keep);
    else if (letter === "y" && one.repair?.kind === "text") table.setRowText(table.row(one.repair.label), one.repair.text);
    else if (letter === "y" && isSwap(one)) this.swap(one);
    else if (letter === "k" && one.level === "ask") this.choose(one.key);
    else return false;
    return true;
  }

  swap(one) {
    const [first, second] = one.repair.labels.map((label) => this.table.row(label));
    const { text } = this.table.typed.rows[first.label];
    this.table.setRowText(first, this.table.typed.rows[second.label].text);
    this.table.setRowText(second, text);
  }

  choose(key, writing = false) {
    this.choosing = key;
    this.writing = writing;
    this.table.refresh();
    if (writing) this.table.frame.root.querySelector(".why-kept")?.focus();
  }

  accept(one, reason) {
    if (!reason.trim()) return;
    const wasWriting = this.writing;
    this.table.typed.accepted = { ...this.table.typed.accepted, [one.key]: reason.trim() };
    this.table.changedChecks();
    this.cease();
    if (one.row && !isSwap(one)) {
      if (wasWriting) this.table.frame.rows.focus(one.place);
    } else this.focusNext();
  }

  /** Asked again: the answer is taken back. */
  ask(one) {
    const { [one.key]: _, ...others } = this.table.typed.accepted;
    this.table.typed.accepted = others;
    this.table.changedChecks();
    this.table.refresh();
  }

  cease() {
    this.choosing = null;
    this.writing = false;
    this.table.refresh();
  }

  /** A key while a finding stands open: y and k answer it, a digit gives the reason. `findings` are those of the place. */
  onKey(event, findings) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const chosen = findings.find((one) => one.key === this.choosing);
    if (chosen) return this.onReasonKey(event, chosen);
    const open = findings.find((one) => !one.kept);
    return Boolean(open) && (event.key === "y" || event.key === "k") && this.answer(open, event.key);
  }

  onReasonKey(event, one) {
    const at = Number(event.key) - 1;
    if (one.reasons[at] !== undefined) this.accept(one, one.reasons[at]);
    else if (at === one.reasons.length) this.choose(one.key, true);
    else {
      this.cease();
      return event.key === "Escape";
    }
    return true;
  }

  // --- where the focus goes

  /** To the place where a question is answered: its row's box, or the question itself. */
  focus(one) {
    if (one.row && !isSwap(one)) return this.table.frame.rows.focus(one.place);
    if (one.hard && DATES[one.place]) return this.table.frame.exam.focus(DATES[one.place]);
    const { root } = this.table.frame;
    return (root.querySelector(`[data-key="${CSS.escape(one.key)}"]`) ?? this.exam.firstElementChild)?.focus();
  }

  focusNext() {
    const [next] = this.open();
    if (next) this.focus(next);
    else this.table.frame.bar.save.focus();
  }

  // --- how it looks

  /** Draw the findings of a place that is no row: each can take the focus and hears its keys. */
  show(container, findings, notes) {
    const open = findings.filter((one) => !one.kept);
    fill(container, [
      ...open.map((one) => [signature(one, this), () => this.focusable(one)]),
      ...findings.filter((one) => one.kept).map((one) => [`kept ${one.key} ${one.kept}`, () => this.keptLine(one)]),
      ...notes.map((one) => [`note ${one.key} ${one.words}`, () => noteLine(one)]),
    ]);
    container.classList.toggle("open", open.length > 0);
  }

  /** In a place that is always kept free, so that nothing below moves: one question, and how many follow. */
  showExam() {
    const open = this.ofExam().filter((one) => !one.kept);
    this.show(this.exam, open.slice(0, 1).map((one) => ({ ...one, more: open.length - 1 })), []);
  }

  /** Under the table: what is asked of it, and what was kept or noted of the scan's fields. */
  showTable(container) {
    const isNew = (one) => this.table.typed.added.some((row) => row.label === one.place);
    const kept = this.ofExam().filter((one) => one.kept);
    this.show(container, [...this.ofTable(), ...kept], this.notes((one) => isNew(one) || one.place in FIELDS));
  }

  focusable(one) {
    const element = this.line(one, true);
    element.tabIndex = 0;
    element.dataset.key = one.key;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", `${whereOf(one)}: ${one.title} ${one.words}`);
    element.addEventListener("keydown", (event) => {
      if (!event.target.matches(".why-kept") && this.onKey(event, [one])) {
        event.preventDefault();
        event.stopPropagation();
        if (this.choosing === one.key && !this.writing) this.focus(one);
      }
    });
    return element;
  }

  /** A question in words with its answers, or with the reasons to choose from. `named`: it says where it is asked. */
  line(one, named = false) {
    const element = make("div", { className: one.level === "hard" ? "question hard" : "question", role: "note" });
    const title = named && one.place in FIELDS ? `${FIELDS[one.place]} · ${one.title}` : one.title;
    if (this.choosing !== one.key) {
      const more = one.more ? make("span", { className: "more" }, `and ${one.more} more`) : null;
      const said = make("span", { className: "asked-words" }, make("b", {}, title), ` ${one.words}`);
      element.append(...(one.place in FIELDS ? [said] : [make("b", {}, title), make("span", {}, one.words)]), ...(more ? [more] : []), this.answers(one));
    } else if (this.writing) element.append(make("b", {}, "Kept because"), this.reasonField(one));
    else element.append(make("b", {}, "Kept because"), this.reasons(one));
    return element;
  }

  answers(one) {
    const takeWords = one.takeWords ?? one.repair?.words;
    const keepWords = one.keepWords ?? (one.level === "ask" ? "keep, because…" : null);
    const press = (letter) => () => {
      this.answer(one, letter);
      if (!one.row || isSwap(one)) this.focus(one);
    };
    return make(
      "span", { className: "answers" },
      takeWords ? button("y", takeWords, press("y")) : null, keepWords ? button("k", keepWords, press("k")) : null,
    );
  }

  reasons(one) {
    const ready = one.reasons.map((reason, at) => button(String(at + 1), reason, () => this.accept(one, reason)));
    const own = button(String(ready.length + 1), "in other words…", () => this.choose(one.key, true));
    return make("span", { className: "reasons" }, ...ready, own);
  }

  /** A reason in own words: Enter gives it, Esc goes back to the question. */
  reasonField(one) {
    const field = textField("", { className: "why-kept reason", maxLength: 200, placeholder: "why it is kept", "aria-label": "Why it is kept as typed" });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.accept(one, field.value);
      else if (event.key === "Escape") {
        this.cease();
        this.focus(one);
      } else return;
      event.preventDefault();
    });
    return field;
  }

  keptLine(one) {
    const again = make("button", { type: "button", className: "again", title: "Ask again" }, "ask again");
    again.addEventListener("click", () => this.ask(one));
    return make("div", { className: "quiet-line" }, make("b", {}, "✓ kept"), ` ${one.words} · ${one.kept} `, again);
  }

  /** Small quiet notes beside what was understood of a row. */
  notesOfRow(row) {
    return this.notes((one) => one.place === row.label).map((one) => make("small", { className: "note" }, `note: ${one.words}`));
  }
}

const isSwap = (one) => one.repair?.kind === "swap";
const isAsked = (one) => one.level !== "note";

function whereOf(one) {
  if (one.row && !isSwap(one)) return one.place;
  if (one.place in FIELDS) return FIELDS[one.place];
  return one.place === ALL_ROWS || isSwap(one) ? "the table" : one.place;
}

function noteLine(one) {
  const where = one.place in FIELDS ? `${FIELDS[one.place]}: ` : `${one.place}: `;
  return make("div", { className: "quiet-line note" }, where, one.words);
}

function button(letter, words, press) {
  const element = make("button", { type: "button", tabIndex: -1 }, key(letter), ` ${words}`);
  element.addEventListener("click", press);
  return element;
}

const signature = (one, checks) => `${one.key} ${one.words} ${one.more ?? ""} ${checks.choosing === one.key} ${checks.writing}`;

/** Draw lines only where another one is said than before: what has the focus there keeps it. Lines are a text that names
    each, and what builds it. */
export function fill(container, lines) {
  const said = lines.map(([name]) => name).join("\n");
  if (container.dataset.said === said) return;
  container.dataset.said = said;
  container.replaceChildren(...lines.map(([, build]) => build()));
  container.hidden = lines.length === 0;
}

/** The questions of a row as lines, with the text that names each. */
export const rowLines = (checks, open) => open.map((one) => [signature(one, checks), () => checks.line(one)]);
