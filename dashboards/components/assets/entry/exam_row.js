/* The fields of the scan itself: dates, modality, phase, count and new disease as stated. */

import { choice, make, textField } from "./elements.js";
import { daysBetween, formatDate } from "./findings.js";

const COUNTED = ["exact", "at least"];

const FIRST_YEAR = "1900";

/** Whether a date's year is none of a scan: two digits typed for four. */
export const isTooEarly = (iso) => Boolean(iso) && iso.slice(0, 4) < FIRST_YEAR;

export class ExamRow {
  /** `typed` is the exam as typed; `change(fields)` tells of what the person changed. */
  constructor(data, typed, change) {
    this.data = data;
    this.typed = typed;
    this.change = change;
    this.fields = new Map();
    this.regions = new Map();
    this.when = make("span", { className: "hint", id: "when" });
    const { choices, today } = data;
    const day = (name, props = {}) => make("input", { type: "date", min: `${FIRST_YEAR}-01-01`, max: today, value: typed[name] ?? "", ...props });
    const parts = [
      this.field("performed_on", "Performed", day("performed_on", { "aria-describedby": "when" }), this.when),
      this.field("modality", "Modality", choice(typed.modality, [["", "choose"], ...choices.modality])),
      this.field("phase", "Phase measured", choice(typed.phase, [["", "not said"], ...choices.phase])),
      this.field("slice", "Slice, mm", textField(typed.slice, { inputMode: "decimal", size: 4 })),
      this.field("reported_on", "Reported", day("reported_on")),
      this.field("count_kind", "Count as stated", choice(typed.count_kind, [["", "not said"], ...choices.count])),
      this.field("count", "Number", textField(typed.count, { inputMode: "numeric", size: 3 })),
      ...choices.regions.map(([region, words]) => this.statement(region, words)),
    ];
    this.uptake = this.field("uptake_minutes", "Uptake, min", textField(typed.uptake_minutes, { inputMode: "numeric", size: 4 }));
    this.element = make("div", { className: "exam", role: "group", "aria-label": "The scan" }, ...parts, this.uptake);
    this.show();
  }

  get isPet() {
    return /^PET/.test(this.typed.modality ?? "");
  }

  field(name, label, input, hint = null) {
    this.fields.set(name, input);
    input.addEventListener("input", () => {
      this.change({ [name]: input.value });
      this.show();
    });
    return make("label", { className: `field field-${name}` }, make("span", {}, label), input, hint);
  }

  /** New disease at one place: three answers, and none until one is given. */
  statement(region, words) {
    const select = choice(this.typed.statements?.[region], [["", "no answer"], ...this.data.choices.statement]);
    this.regions.set(region, select);
    select.addEventListener("input", () => {
      this.change({ statements: { ...this.typed.statements, [region]: select.value } });
    });
    return make("label", { className: "field field-statement" }, make("span", {}, words), select);
  }

  /** Set fields by name, `statements.<region>` among them; returns the change of the exam as typed. */
  put(sets) {
    const statements = {};
    const change = {};
    for (const [name, value] of Object.entries(sets)) {
      const [field, region] = name.split(/\.(.*)/);
      const input = region ? this.regions.get(region) : this.fields.get(field);
      if (!input) continue;
      offer(input, value);
      input.value = value;
      if (region) statements[region] = value;
      else change[field] = value;
    }
    const hasStatements = Object.keys(statements).length > 0;
    const all = hasStatements ? { ...change, statements: { ...this.typed.statements, ...statements } } : change;
    Object.assign(this.typed, all);
    this.show();
    return all;
  }

  /** The date in words, so that day and month cannot be mistaken, and what depends on other fields. */
  show() {
    const iso = this.typed.performed_on;
    this.when.textContent = iso ? this.sayWhen(iso) : "";
    this.fields.get("performed_on").setAttribute("aria-invalid", isTooEarly(iso) || iso > this.data.today);
    this.uptake.hidden = !this.isPet;
    this.fields.get("count").disabled = !COUNTED.includes(this.typed.count_kind ?? "");
  }

  sayWhen(iso) {
    if (isTooEarly(iso)) return `the year ${Number(iso.slice(0, 4))} is not possible`;
    if (iso > this.data.today) return `${formatDate(iso)} is in the future`;
    const weekday = new Date(`${iso}T00:00:00Z`).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
    const before = this.data.scans.filter((scan) => scan < iso);
    const later = this.data.scans.filter((scan) => scan > iso);
    let words = `${weekday} ${formatDate(iso)}`;
    if (this.data.scans.includes(iso)) words += " · a scan of this day is stored";
    else if (before.length) words += ` · ${sayDays(daysBetween(before.at(-1), iso))} after the scan before`;
    if (later.length && this.data.mode === "new") words += " · earlier than the last";
    return words;
  }

  focus(name) {
    this.fields.get(name).focus();
  }
}

const sayDays = (days) => `${days} day${days === 1 ? "" : "s"}`;

/** A select gets a choice that it has not, such as a phase in a report's own words. */
function offer(input, value) {
  if (input.tagName !== "SELECT" || [...input.options].some((option) => option.value === value)) return;
  input.append(make("option", { value }, value));
}
