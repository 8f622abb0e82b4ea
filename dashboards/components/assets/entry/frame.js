/* The drawing of the entry table: builds the elements once and shows what changes. Text goes in as text, never as HTML. */

import { readCell } from "./cells.js";
import { arrow, daysBetween, formatChange, formatDate } from "./findings.js";

/** An element with properties, attributes (those with a dash or `role`, `for`) and children. */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role" || name === "for" || name === "list") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const key = (text) => make("kbd", {}, text);

export function buildFrame(parent, data, table) {
  return new Frame(parent, data, table);
}

class Frame {
  constructor(parent, data, table) {
    this.table = table;
    this.data = data;
    this.boxes = new Map();
    this.lines = new Map();
    this.exam = new Map();
    this.root = make("div", { className: "entry" });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("focusout", (event) => {
      if (!event.relatedTarget || !this.root.contains(event.relatedTarget)) table.flush();
    });
    this.root.append(this.buildExam(), this.buildTable(), this.buildPreview(), this.buildSaveBar());
    parent.append(this.root);
  }

  // --- the exam row

  buildExam() {
    const { typed } = this.table;
    const field = (name, label, input, hint = null) => {
      this.exam.set(name, input);
      input.addEventListener("input", () => this.changeExam(name, input.value));
      return make("label", { className: `field field-${name}` }, make("span", {}, label), input, hint);
    };
    const text = (name, extra = {}) => make("input", { type: "text", value: typed.exam[name] ?? "", autocomplete: "off", ...extra });
    const choice = (value, options) => {
      const select = make("select");
      for (const [option, words] of options) select.append(make("option", { value: option }, words));
      select.value = value ?? "";
      return select;
    };
    this.when = make("span", { className: "hint", id: "when" });
    const { choices } = this.data;
    const parts = [
      field("performed_on", "Performed", make("input", { type: "date", max: this.data.today, value: typed.exam.performed_on ?? "", "aria-describedby": "when" }), this.when),
      field("modality", "Modality", choice(typed.exam.modality, [["", "choose"], ...choices.modality])),
      field("phase", "Phase measured", choice(typed.exam.phase, [["", "not said"], ...choices.phase])),
      field("slice", "Slice, mm", text("slice", { inputMode: "decimal", size: 4 })),
      field("reported_on", "Reported", make("input", { type: "date", max: this.data.today, value: typed.exam.reported_on ?? "" })),
      field("count_kind", "Count as stated", choice(typed.exam.count_kind, [["", "not said"], ...choices.count])),
      field("count", "Number", text("count", { inputMode: "numeric", size: 3, "aria-label": "Number of liver lesions as stated" })),
    ];
    for (const [region, words] of choices.regions) {
      const select = choice(typed.exam.statements?.[region], [["", "no answer"], ...choices.statement]);
      select.addEventListener("input", () => {
        this.table.change("exam", { statements: { ...typed.exam.statements, [region]: select.value } });
      });
      parts.push(make("label", { className: "field field-statement" }, make("span", {}, words), select));
    }
    this.uptake = field("uptake_minutes", "Uptake, min", text("uptake_minutes", { inputMode: "numeric", size: 4 }));
    parts.push(this.uptake);
    const row = make("div", { className: "exam", role: "group", "aria-label": "The scan" }, ...parts);
    this.showWhen();
    this.showPet();
    return row;
  }

  changeExam(name, value) {
    this.table.change("exam", { [name]: value });
    if (name === "performed_on") this.showWhen();
    if (name === "modality") this.showPet();
  }

  showWhen() {
    const { performed_on: iso } = this.table.typed.exam;
    const weekday = iso ? new Date(`${iso}T00:00:00Z`).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" }) : "";
    let words = iso ? `${weekday} ${formatDate(iso)}` : "";
    const before = this.data.scans.filter((scan) => scan < iso);
    const later = this.data.scans.filter((scan) => scan > iso);
    if (iso && this.data.scans.includes(iso)) words += " · a scan of this day is stored";
    else if (iso && before.length) words += ` · ${daysBetween(before.at(-1), iso)} days after the scan before`;
    if (iso && later.length && this.data.mode === "new") words += " · earlier than the last";
    this.when.textContent = words;
    const day = iso ? formatDate(iso) : "this scan";
    if (this.thisScan) this.thisScan.textContent = day;
  }

  showPet() {
    const pet = /^PET/.test(this.table.typed.exam.modality ?? "");
    this.root.classList.toggle("with-pet", pet);
    this.uptake.hidden = !pet;
    const count = this.exam.get("count");
    count.disabled = !["exact", "at least"].includes(this.table.typed.exam.count_kind ?? "");
  }

  // --- the table

  buildTable() {
    this.thisScan = make("span", {}, "this scan");
    const head = make(
      "div", { className: "head row" },
      make("span", {}, "Lesion"), make("span", { className: "prior" }, "Prior, mm"), this.thisScan,
      make("span", { className: "pet" }, "SUVmax"), make("span", {}, "Understood"),
    );
    const rows = this.data.rows.flatMap((row) => this.buildRow(row));
    this.added = make("div", { className: "added" });
    const add = make("button", { type: "button", className: "add" }, key("+"), " new lesion");
    add.addEventListener("click", () => this.table.addNewRow());
    this.tableLine = make("div", { className: "finding", hidden: true });
    const remark = make("input", { type: "text", value: this.table.typed.exam.remark ?? "", placeholder: "free text, kept with the scan", autocomplete: "off", maxLength: 500 });
    remark.addEventListener("input", () => this.changeExam("remark", remark.value));
    this.exam.set("remark", remark);
    const words = make("div", { className: "words" }, ...this.data.words.flatMap(([letters, meaning]) => [key(letters), make("span", {}, meaning)]));
    this.polite = make("div", { className: "unseen", "aria-live": "polite" });
    const card = make(
      "div", { className: "card table", role: "group", "aria-label": "Lesions" },
      head, ...rows, this.added, this.tableLine, add,
      make("label", { className: "field remark" }, make("span", {}, "Remarks"), remark), words, this.polite,
    );
    this.showWhen();
    return card;
  }

  buildRow(row) {
    const entry = this.table.typed.rows[row.label];
    const role = row.node ? `${row.role} · short axis` : row.role;
    const box = make("input", {
      type: "text", className: "box", value: entry.text, autocomplete: "off", spellcheck: false, maxLength: 80,
      "aria-label": `${row.label}, ${row.place}, ${role}`, "aria-describedby": `echo-${row.label}`,
    });
    const prior = make("span", { className: "prior" });
    const echo = make("span", { className: "echo", id: `echo-${row.label}` });
    const suv = make("input", { type: "text", className: "suv", value: entry.suv ?? "", inputMode: "decimal", autocomplete: "off", "aria-label": `${row.label}, SUVmax` });
    const line = make(
      "div", { className: "row lesion" },
      make("span", { className: "name" }, make("b", {}, row.label), make("span", {}, `${row.place} · ${role}`)),
      prior, box, make("span", { className: "pet" }, suv), echo,
    );
    const finding = make("div", { className: "finding", hidden: true });
    box.addEventListener("input", () => this.table.changeRow(row, { text: box.value }));
    suv.addEventListener("input", () => this.table.changeRow(row, { suv: suv.value }));
    box.addEventListener("keydown", (event) => this.onBoxKey(event, row));
    this.boxes.set(row.label, box);
    this.lines.set(row.label, { line, prior, echo, finding });
    return [line, finding];
  }

  showRow(row, reading, findings, nag) {
    const { line, prior, echo, finding } = this.lines.get(row.label);
    prior.replaceChildren(reading.prior ? reading.prior.text : "–");
    prior.title = reading.prior ? `${reading.prior.words}, ${formatDate(reading.prior.date)}` : "no earlier value";
    const open = findings.filter((one) => !one.kept);
    const kept = findings.filter((one) => one.kept);
    line.classList.toggle("asked", open.length > 0 || nag);
    line.classList.toggle("refused", Boolean(reading.problem));
    line.classList.toggle("understood", Boolean(reading.state));
    echo.replaceChildren(...this.echoOf(reading, kept));
    const lines = open.map((one) => this.question(one, (answer) => this.table.answer(row, answer)));
    if (nag) lines.push(this.emptyQuestion(row));
    finding.replaceChildren(...lines);
    finding.hidden = lines.length === 0;
  }

  echoOf(reading, kept) {
    if (reading.problem) return [make("span", { className: "problem" }, reading.problem)];
    if (reading.question) return [make("b", {}, reading.question)];
    if (!reading.state) return [];
    const parts = [];
    if (reading.state === "absent") parts.push("○ ");
    parts.push(make("b", {}, reading.echo));
    if (reading.size && reading.prior?.size) {
      parts.push(` ${arrow(reading.size, reading.prior.size)} ${formatChange(reading.size, reading.prior.size)}`);
    } else if (!reading.size) parts.push(" ✓");
    if (kept.length) parts.push(make("span", { className: "kept" }, " kept"));
    return parts;
  }

  question(one, answer) {
    const buttons = [];
    const button = (letter, words) => {
      const element = make("button", { type: "button", tabIndex: -1 }, key(letter), ` ${words}`);
      element.addEventListener("click", () => answer(letter));
      buttons.push(element);
    };
    if (one.takeWords) button("y", one.takeWords);
    if (one.keepWords) button("k", one.keepWords);
    return make("div", { className: "question", role: "note" }, make("b", {}, one.title), make("span", {}, one.words), make("span", { className: "answers" }, ...buttons));
  }

  emptyQuestion(row) {
    const nm = make("button", { type: "button", tabIndex: -1 }, key("y"), " not mentioned");
    nm.addEventListener("click", () => this.table.answer(row, "y"));
    const all = make("button", { type: "button", tabIndex: -1 }, "all empty ones: not mentioned");
    all.addEventListener("click", () => this.table.markEmptyNotMentioned());
    return make(
      "div", { className: "question", role: "note" }, make("b", {}, `${row.label} is empty:`),
      make("span", {}, "type nm if the report does not mention it."), make("span", { className: "answers" }, nm, all),
    );
  }

  showTableFindings(findings) {
    const open = findings.filter((one) => !one.kept);
    this.tableLine.replaceChildren(...open.map((one) => this.question(one, () => this.table.keepTable(one))));
    this.tableLine.hidden = open.length === 0;
  }

  // --- new lesions

  showNewRows() {
    const { added } = this.table.typed;
    const built = [...this.added.children];
    if (built.length !== added.length || built.some((line, at) => line.dataset.label !== added[at].label)) {
      this.added.replaceChildren(...added.map((row) => this.buildNewRow(row)));
    }
    added.forEach((row, at) => this.echoNewRow(row, this.added.children[at]));
  }

  buildNewRow(row) {
    const choice = (name, label, options) => {
      const select = make("select", { "aria-label": `${row.label}: ${label}` });
      for (const [value, words] of options) select.append(make("option", { value }, words));
      select.value = row[name];
      select.dataset.field = name;
      return select;
    };
    const text = (name, label, placeholder) => {
      const input = make("input", { type: "text", value: row[name], placeholder, autocomplete: "off", spellcheck: false, maxLength: 80, "aria-label": `${row.label}: ${label}` });
      input.dataset.field = name;
      return input;
    };
    const earlier = this.data.scans.map((iso) => [iso, `seen in retrospect on ${formatDate(iso)}`]);
    const remove = make("button", { type: "button", className: "remove", title: `Take ${row.label} out again` }, "remove");
    remove.addEventListener("click", () => {
      this.table.removeNewRow(row.label);
      this.root.querySelector(".add").focus();
    });
    const line = make(
      "div", { className: "row new", role: "group", "aria-label": `New lesion ${row.label}` },
      make("span", { className: "name" }, make("b", {}, row.label), make("span", {}, "new ✚")),
      make(
        "span", { className: "new-fields" },
        choice("organ", "organ", this.data.choices.organ), text("segments", "segment", "segment"),
        choice("certainty", "as the report states", [["", "as stated…"], ["eq", "equivocal"], ["uneq", "unequivocal"]]),
        text("text", "size, or empty", "size"),
        choice("first_seen", "since when", [["", "new since the last scan"], ...earlier]), remove,
      ),
      make("span", { className: "echo" }),
    );
    line.dataset.label = row.label;
    for (const input of line.querySelectorAll("input, select")) {
      input.addEventListener("input", () => this.table.changeNewRow(row.label, { [input.dataset.field]: input.value }));
    }
    return line;
  }

  echoNewRow(row, line) {
    const reading = row.certainty
      ? readCell(`${row.certainty} ${row.text}`, { node: row.organ === "lymph node", labels: [], isNew: true })
      : { problem: "equivocal or unequivocal, as the report states?" };
    line.querySelector("[data-field=segments]").hidden = row.organ !== "liver";
    const echo = line.querySelector(".echo");
    if (reading.question) echo.replaceChildren(make("b", {}, `${reading.question} Type the unit.`));
    else if (reading.problem) echo.replaceChildren(make("span", { className: "problem" }, reading.problem));
    else echo.replaceChildren(make("b", {}, reading.echo));
    line.classList.toggle("refused", Boolean(reading.problem || reading.question));
  }

  // --- preview and save bar

  buildPreview() {
    this.preview = make("div", { className: "card preview", "aria-live": "polite", role: "group", "aria-label": "Response preview" });
    return this.preview;
  }

  showPreview(preview, open) {
    const waits = open.length ? open.map((one) => (one.row ? one.row.label : one.title)) : [];
    const first = make("div", { className: "preview-verdict" }, make("h3", {}, `Response preview${preview?.course ? `, ${preview.course}` : ""}`));
    const middle = make("div", { className: "preview-body" });
    if (waits.length) {
      first.append(make("p", { className: "verdict" }, `waits for ${waits.length} ${waits.length === 1 ? "answer" : "answers"}`));
      middle.append(make("p", {}, `Open: ${waits.join(", ")}. No response is shown while a question is open.`));
    } else if (preview?.verdict) {
      first.append(make("p", { className: "verdict" }, preview.verdict));
      if (preview.badge) first.append(this.badge(preview.badge));
      if (preview.sum) middle.append(make("p", { className: "sum" }, preview.sum));
      middle.append(...(preview.sentences ?? []).map((sentence) => make("p", {}, sentence)));
    }
    const last = make("div", { className: "preview-side" }, make("h3", {}, "Not entered yet"));
    last.append(...(preview?.missing ?? []).map((line) => make("p", {}, line)));
    if (!preview?.missing?.length) last.append(make("p", {}, "nothing missing"));
    this.preview.replaceChildren(first, middle, last);
  }

  badge({ letters, tone, shape }) {
    const mark = make("i", { "aria-hidden": "true" }, shape);
    return make("span", { className: `badge tone-${tone}` }, mark, letters, make("small", {}, "computed"));
  }

  buildSaveBar() {
    this.saveButton = make("button", { type: "button", className: "save" }, this.data.mode === "correct" ? "Save correction" : "Save scan");
    this.saveButton.addEventListener("click", () => this.table.save());
    this.message = make("span", { className: "message", role: "status" });
    this.kept = make("span", { className: "hint" });
    const leave = make("button", { type: "button" }, "Leave for later");
    leave.addEventListener("click", () => this.table.leave());
    const discard = make("button", { type: "button" }, this.data.mode === "correct" ? "Cancel" : "Discard draft");
    discard.addEventListener("click", () => this.table.discard());
    const bar = make("div", { className: "card savebar" });
    if (this.data.mode === "correct") {
      const reason = make("input", { type: "text", value: this.table.typed.exam.reason ?? "", autocomplete: "off", maxLength: 200, placeholder: "why it is corrected" });
      this.exam.set("reason", reason);
      reason.addEventListener("input", () => this.changeExam("reason", reason.value));
      bar.append(make("label", { className: "field" }, make("span", {}, "Reason"), reason));
    }
    bar.append(this.saveButton, this.message, make("span", { className: "push" }), this.kept, leave, discard);
    this.sayHint();
    return bar;
  }

  sayHint() {
    this.message.replaceChildren("The last ", key("Enter"), " saves. ", key("↑"), " goes back, ", key("Esc"), " leaves the draft for later.");
    this.message.className = "message";
  }

  sayOpen(open, hard) {
    const where = open.map((one) => (one.row ? one.row.label : "the table")).join(", ");
    this.message.textContent = hard
      ? `Not saved: answer the question at ${where} first.`
      : `Not saved yet: a question is open at ${where}. Answer with y or k, or save again: it is then kept "to verify".`;
    this.message.className = "message attention";
  }

  showRefusal(refusal) {
    if (!refusal) return;
    this.saveButton.disabled = false;
    this.message.textContent = refusal;
    this.message.className = "message attention";
  }

  showSaving() {
    this.saveButton.disabled = true;
    this.message.textContent = "Saving…";
    this.message.className = "message";
    setTimeout(() => {
      this.saveButton.disabled = false;
    }, 4000);
  }

  showKept(kept) {
    this.kept.textContent = kept ? `Draft kept on the server, ${kept}` : "";
  }

  // --- focus and keys

  box(label) {
    return this.boxes.get(label);
  }

  focusBox(label) {
    const box = this.boxes.get(label);
    box.focus();
    box.select();
  }

  focusExam(name) {
    this.exam.get(name).focus();
  }

  focusSave() {
    this.saveButton.focus();
  }

  focusNewRow(label) {
    const line = [...this.added.children].find((one) => one.dataset.label === label);
    const first = line?.querySelector("[data-field=segments]:not([hidden])") ?? line?.querySelector("select");
    first?.focus();
  }

  /** The first field that a scan cannot be saved without, or that a new row lacks. */
  firstLackingField(typed) {
    if (!typed.exam.performed_on) return { field: "performed_on", words: "Not saved: the date the scan was performed is missing." };
    if (!typed.exam.modality) return { field: "modality", words: "Not saved: the modality is missing." };
    const refused = [...this.added.children].find((line) => line.classList.contains("refused"));
    if (refused) return { label: refused.dataset.label, words: `Not saved: ${refused.dataset.label} says what it needs.` };
    if (this.data.mode === "correct" && !(typed.exam.reason ?? "").trim()) return { field: "reason", words: "Not saved: a correction needs its reason." };
    return null;
  }

  focusLacking({ field, label, words }) {
    this.message.textContent = words;
    this.message.className = "message attention";
    if (field) this.exam.get(field).focus();
    else {
      const line = [...this.added.children].find((one) => one.dataset.label === label);
      line.querySelector("[data-field=certainty]").focus();
    }
  }

  onBoxKey(event, row) {
    const { key: pressed } = event;
    if (pressed === "Enter" && event.shiftKey) this.table.move(row, -1);
    else if (pressed === "Enter") this.table.move(row, 1);
    else if (pressed === "ArrowUp") this.table.move(row, -1);
    else if (pressed === "ArrowDown") {
      if (this.data.rows.at(-1) !== row) this.table.move(row, 1);
    } else if ((pressed === "y" || pressed === "k") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (!this.table.answer(row, pressed)) return;
    } else if (pressed === "+" && !/^s(plit)?\b/i.test(event.target.value.trim())) this.table.addNewRow();
    else return;
    event.preventDefault();
  }

  /** Keys stay here: Streamlit's own one-letter keys must not hear what is typed in a box. */
  onKey(event) {
    event.stopPropagation();
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.table.leave();
      return;
    }
    const { target } = event;
    if (event.key !== "Enter" || target.tagName === "BUTTON" || target.classList.contains("box")) return;
    event.preventDefault();
    const line = target.closest(".new");
    if (line) this.enterInNewRow(line, target);
    else if (target.closest(".exam")) this.enterInExam();
    else if (target.classList.contains("suv")) this.enterInSuv(target, event.shiftKey ? -1 : 1);
    else this.table.save();
  }

  enterInExam() {
    const { typed } = this.table;
    if (!typed.exam.performed_on) this.focusExam("performed_on");
    else if (!typed.exam.modality) this.focusExam("modality");
    else if (this.data.rows.length) this.focusBox(this.table.firstEmpty()?.label ?? this.data.rows[0].label);
    else this.root.querySelector(".add").focus();
  }

  enterInSuv(target, step) {
    const all = [...this.root.querySelectorAll(".suv")];
    (all[all.indexOf(target) + step] ?? this.saveButton).focus();
  }

  enterInNewRow(line, target) {
    const fields = [...line.querySelectorAll("input, select")].filter((field) => !field.hidden);
    const next = fields[fields.indexOf(target) + 1];
    if (next) return next.focus();
    const after = line.nextElementSibling;
    if (after) return this.focusNewRow(after.dataset.label);
    return this.table.save();
  }
}
