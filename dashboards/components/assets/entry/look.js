/* Look, background and other sites: what a report says beyond sizes. Folded below the table and opened by its own key, so
   that it is never on the way from box to box. Beside each answer stands what was said last before this scan. */

import { choice, key, make, textField } from "./elements.js";
import { formatDate } from "./findings.js";

/* Relations to a vessel that may have a distance. */
const AT_A_DISTANCE = ["clear", "within 10 mm"];

export class Look {
  constructor(data, typed, table) {
    this.data = data;
    this.typed = typed;
    this.table = table;
    this.hints = [];
    /* The lesions that have a line, each with its label. */
    this.drawn = [];
    this.count = make("span", { className: "said-count" });
    this.button = make("button", { type: "button", className: "quiet", "aria-expanded": "false", "aria-controls": "look" }, key("Alt+L"), " look, background, other sites", this.count);
    this.button.addEventListener("click", () => this.toggle());
    this.lesions = make("div", { className: "look-lesions" });
    this.element = make("div", { className: "look", id: "look", role: "group", "aria-label": "Look, background and other sites", hidden: true });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.showCount();
  }

  /** Put together when it is opened for the first time: whoever types sizes only does not wait for it. */
  build() {
    this.element.append(
      make("h3", {}, "Look of the lesions, as the report states it"), this.lesions,
      make("h3", {}, "Liver background"), this.buildBackground(), make("h3", {}, "Disease outside the liver"), this.buildSites(),
    );
  }

  // --- the lesions

  /** One line a lesion, new ones among them; drawn anew where one came or went. */
  show() {
    this.showCount();
    if (this.element.hidden) return;
    const lines = [...this.data.rows, ...this.typed.added].map((one) => [one, one.label]);
    if (lines.length !== this.drawn.length || lines.some(([one, label], at) => this.drawn[at][0] !== one || this.drawn[at][1] !== label)) {
      this.drawn = lines;
      this.hints = this.hints.filter((hint) => !this.lesions.contains(hint.element));
      const followed = this.data.rows.map((row) => this.buildLesion(row, this.typed.rows[row.label], (change) => this.table.changeRow(row, change)));
      const added = this.typed.added.map((row) => this.buildLesion(row, row, (change) => this.table.changeNewRow(row.label, change)));
      this.lesions.replaceChildren(...followed, ...added);
    }
    this.showPrior();
  }

  buildLesion(row, entry, change) {
    const { choices } = this.data;
    const looks = row.looks ?? [];
    const pick = (name, words) => {
      const select = choice(entry[name], [["", `${words}…`], ...choices[name]], { "aria-label": `${row.label}: ${words}`, "data-look": row.label });
      select.addEventListener("input", () => this.changed(change, { [name]: select.value }));
      return make("span", { className: "look-cell" }, select, this.hint(looks, (one) => one[name]));
    };
    return make(
      "div", { className: "look-row" }, make("span", { className: "name" }, make("b", {}, row.label), make("span", {}, row.place ?? "new")),
      pick("appearance", "appearance"), pick("enhancement", "enhancement"), this.buildVessels(row, entry, change, looks),
    );
  }

  /** Contacts with vessels: there is always one more to choose than were chosen. */
  buildVessels(row, entry, change, looks) {
    const contacts = structuredClone(entry.vessels ?? []);
    const cell = make("span", { className: "look-cell contacts" });
    const hint = this.hint(looks, (one) => one.vessels_said);
    const put = () => this.changed(change, { vessels: contacts.filter((one) => one.vessel) });
    const append = (contact) => cell.insertBefore(this.buildContact(row, contact, put, () => grow(contact)), hint);
    const grow = (contact) => {
      if (contacts.at(-1) !== contact) return;
      contacts.push({ vessel: "", relation: "", mm: "" });
      append(contacts.at(-1));
    };
    cell.append(hint);
    contacts.push({ vessel: "", relation: "", mm: "" });
    contacts.forEach(append);
    return cell;
  }

  buildContact(row, contact, put, grow) {
    const named = (words) => ({ "aria-label": `${row.label}: ${words}` });
    const vessel = choice(contact.vessel, [["", "vessel…"], ...this.data.choices.vessel], named("vessel"));
    const relation = choice(contact.relation, [["", "how near…"], ...this.data.choices.relation], named("how near the vessel"));
    const gap = textField(contact.mm, { placeholder: "mm", inputMode: "decimal", size: 4, maxLength: 6, ...named("distance to the vessel, mm") });
    const shown = () => {
      relation.hidden = !contact.vessel;
      gap.hidden = !contact.vessel || !AT_A_DISTANCE.includes(contact.relation);
    };
    vessel.addEventListener("input", () => {
      contact.vessel = vessel.value;
      shown();
      if (contact.vessel) grow();
      put();
    });
    relation.addEventListener("input", () => {
      contact.relation = relation.value;
      if (!AT_A_DISTANCE.includes(contact.relation)) contact.mm = gap.value = "";
      shown();
      put();
    });
    gap.addEventListener("input", () => {
      contact.mm = gap.value;
      put();
    });
    shown();
    return make("span", { className: "contact" }, vessel, relation, gap);
  }

  // --- the scan

  buildBackground() {
    const fields = this.data.choices.background.map(([sign, words]) => {
      const select = choice(this.typed.exam.background?.[sign], [["", "no answer"], ...this.data.choices.statement]);
      select.addEventListener("input", () => this.changeExam("background", sign, select.value));
      return make("label", { className: "field" }, make("span", {}, words), select, this.hint(this.data.before, (one) => one.background[sign]));
    });
    return make("div", { className: "look-fields" }, ...fields);
  }

  /** Each site: none, yes with number and size, not mentioned, not imaged. */
  buildSites() {
    const fields = this.data.choices.site.map(([site, words]) => {
      const typed = this.typed.exam.extrahepatic?.[site] ?? {};
      const said = choice(typed.said, [["", "no answer"], ...this.data.choices.site_statement], { "aria-label": words });
      const number = textField(typed.count, { placeholder: "number", size: 6, maxLength: 12, "aria-label": `${words}, number` });
      const size = textField(typed.size, { placeholder: "mm", size: 4, maxLength: 8, inputMode: "decimal", "aria-label": `${words}, largest, mm` });
      const shown = () => {
        number.hidden = size.hidden = said.value !== "yes";
      };
      const put = () => {
        shown();
        this.changeExam("extrahepatic", site, said.value === "yes" ? { said: said.value, count: number.value, size: size.value } : { said: said.value });
      };
      for (const field of [said, number, size]) field.addEventListener("input", put);
      shown();
      return make(
        "div", { className: "field" }, make("span", { "aria-hidden": "true" }, words), make("span", { className: "contact" }, said, number, size),
        this.hint(this.data.before, (one) => one.extrahepatic[site]),
      );
    });
    return make("div", { className: "look-fields" }, ...fields);
  }

  changeExam(group, name, value) {
    this.changed((change) => this.table.frame.changeExam(change), { [group]: { ...this.typed.exam[group], [name]: value } });
  }

  changed(change, what) {
    change(what);
    this.showCount();
  }

  // --- what was said before, and how much is said now

  hint(entries, pick) {
    const element = make("span", { className: "hint" });
    this.hints.push({ element, entries, pick });
    return element;
  }

  /** Beside each answer the newest one before the day of this scan. */
  showPrior() {
    if (this.element.hidden) return;
    const day = this.typed.exam.performed_on;
    for (const { element, entries, pick } of this.hints) {
      const last = entries.findLast((one) => (!day || one.date < day) && pick(one));
      element.textContent = last ? `${formatDate(last.date)}: ${pick(last)}` : "";
    }
  }

  showCount() {
    const { exam, rows, added } = this.typed;
    const looks = [...Object.values(rows), ...added].flatMap((one) => [one.appearance, one.enhancement, ...(one.vessels ?? [])]);
    const said = [...looks, ...Object.values(exam.background ?? {}), ...Object.values(exam.extrahepatic ?? {}).map((one) => one.said)];
    const number = said.filter(Boolean).length;
    this.count.textContent = number ? ` · ${number} said` : "";
  }

  // --- opening and moving

  /** Opens at the lesion whose row has the focus; closing gives the focus back. */
  toggle() {
    if (!this.element.hidden) return this.close();
    const focused = this.element.getRootNode().activeElement;
    const label = focused?.dataset?.row ?? focused?.closest?.("[data-label]")?.dataset.label;
    this.from = focused;
    this.open(true);
    const field = this.fields.find((one) => one.dataset.look === label) ?? this.fields[0];
    return field?.focus();
  }

  close() {
    this.open(false);
    (this.from?.isConnected ? this.from : this.button).focus();
  }

  open(isOpen) {
    this.element.hidden = !isOpen;
    if (isOpen && !this.element.firstChild) this.build();
    this.show();
    this.button.setAttribute("aria-expanded", String(isOpen));
  }

  get fields() {
    return [...this.element.querySelectorAll("select, input")].filter((one) => !one.hidden);
  }

  /** Enter goes from field to field and closes behind the last; it never saves from here. */
  advance(target, step) {
    const { fields } = this;
    const next = fields[fields.indexOf(target) + step];
    if (next) next.focus();
    else this.close();
  }

  /** Esc closes this and nothing else: the entry stays. */
  onKey(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.close();
  }
}
