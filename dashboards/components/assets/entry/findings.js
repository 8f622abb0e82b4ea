/* What is asked while typing, in words, beside the cell: unit slip, digit slip, a size far from the prior, a copied scan;
   everything else is found by the server. Bands, as in tracker/domain/plausibility/sizes.py: a new size over 1.5 times the
   prior and 6 mm more, or under half and 8 mm less, both wider with the interval beyond 60 days; ten times or a tenth of the
   prior, within a factor of 1.568. Whole micrometres, cross-multiplied. A finding decides nothing. */

import { formatMm, readCell } from "./cells.js";

const DAY_MS = 86400000;
const TEN_BAND = 1568;
const USUAL_DAYS = 60;
const SMALLEST = 1000;
const LARGEST = 300000;
/** The place of a finding on the table as a whole. */
export const ALL_ROWS = "all rows";
/** Reasons that one key gives, as in dashboards/components/entry_findings.py; the server's own list counts. */
const READY = ["as the report states", "measured again", "checked with the radiologist"];

/** Whether a value is near so many times another: within the band, in whole numbers. */
const isNear = (value, other) => 1000 * value < TEN_BAND * other && 1000 * other < TEN_BAND * value;

/** Whole percent with a true minus: "−9 %". */
export function formatChange(now, prior) {
  const percent = Math.round((Math.abs(now - prior) / prior) * 100);
  if (percent === 0) return "0 %";
  return `${now < prior ? "−" : "+"}${percent} %`;
}

export function arrow(now, prior) {
  if (Math.abs(now - prior) <= 2000) return "→";
  return now < prior ? "↓" : "↑";
}

/** "24 Sep 2026" from an ISO date. */
export function formatDate(iso) {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${months[month - 1]} ${year}`;
}

export function daysBetween(first, second) {
  return Math.round((Date.parse(second) - Date.parse(first)) / DAY_MS);
}

/** The last scan before a date; the last of all where no date is given. */
export function scanBefore(scans, performedOn) {
  return scans.filter((scan) => !performedOn || scan < performedOn).at(-1) ?? null;
}

/** The last entry of a lesion before a date; any date where none is given. */
export function priorOf(row, performedOn) {
  const before = row.history.filter((one) => !performedOn || one.date < performedOn);
  return before.length ? before[before.length - 1] : null;
}

/** The role of a lesion in the course that judges a scan of that day; in the last course where no day is given. */
export function roleOf(row, performedOn) {
  const begun = row.roles.filter(([begins]) => !performedOn || begins <= performedOn);
  return begun.length ? begun.at(-1)[1] : "watched";
}

/** The reading of one row with its prior and the diameter that counts (µm), if it has one. */
export function readRow(row, entry, data, performedOn) {
  const labels = data.rows.map((other) => other.label).filter((label) => label !== row.label);
  const role = roleOf(row, performedOn);
  const reading = readCell(entry.text, { node: row.node, labels, isNew: role === "new" || role === "watched" });
  const prior = priorOf(row, performedOn);
  if (reading.state === "unequivocal progression" && role !== "non-target") {
    return { problem: `up is said of non-targets only; ${row.label} is ${role}.`, prior, role };
  }
  const size = reading.parts
    ? reading.parts.reduce((sum, part) => sum + part, 0)
    : (row.node ? reading.short : reading.longest) ?? null;
  return { ...reading, prior, role, size, interval: prior && performedOn ? daysBetween(prior.date, performedOn) : null };
}

/** A lesion that another merged into carries the size of both: it cannot be absent on the same scan. */
export function againstMerged(reading, readingOf) {
  if (reading.state !== "merged" || readingOf(reading.into)?.state !== "absent") return reading;
  const { prior, role } = reading;
  return { problem: `${reading.into} carries the size of both and is absent: one of the two is wrong.`, prior, role };
}

function change(size, prior) {
  return prior?.size ? `, ${formatChange(size, prior.size)}` : "";
}

/** What the browser asks of a row at once: the server asks the same a moment later, under the same key and in the same
    words. `hard`: the value does not count before it is answered. */
export function rowFindings(row, reading) {
  if (reading.question) return [unitQuestion(row, reading)];
  if (!reading.size || !reading.prior?.size || reading.state !== "measured") return [];
  const { size, prior } = reading;
  const found = (rule, title, asks, repair = null) => ({
    key: `plausibility.${rule}|${row.label}|now_um=${size};prior_um=${prior.size}`,
    rule: `plausibility.${rule}`, place: row.label, level: "ask", title, repair, reasons: READY,
    words: `${formatMm(size)} mm is ${formatChange(size, prior.size)} from ${formatMm(prior.size)} mm (${formatDate(prior.date)}): ${asks}`,
  });
  const slips = [
    ["ten times the prior?", isNear(size, 10 * prior.size), Math.round(size / 10)],
    ["a tenth of the prior?", isNear(10 * size, prior.size), 10 * size],
  ];
  for (const [asks, slipped, meant] of slips) {
    if (slipped) return [found("tenfold", "A slip by ten?", asks, readAs(row, meant))];
  }
  const days = Math.max(USUAL_DAYS, reading.interval ?? 0);
  const grew = 2 * USUAL_DAYS * (size - prior.size) > days * prior.size && size - prior.size >= 6000;
  const shrank = 2 * days * size < USUAL_DAYS * prior.size && prior.size - size >= 8000;
  if (!grew && !shrank) return [];
  return [found("jump", "Far from the prior", grew ? "much larger?" : "much smaller?")];
}

/** The size that was meant, where a lesion can have it. */
function readAs(row, meant) {
  if (meant < SMALLEST || meant > LARGEST) return null;
  const text = `${formatMm(meant)} mm`;
  return { kind: "text", label: row.label, text, words: text };
}

function unitQuestion(row, reading) {
  const [asCm, asMm] = reading.answers;
  const [cm, mm] = [asCm, asMm].map((text) => readCell(text, { node: row.node, labels: [], isNew: true }));
  const size = (read) => (row.node ? read.short : read.longest) ?? null;
  const say = (read) => (read.problem ? "not possible" : `${read.echo}${size(read) ? change(size(read), reading.prior) : ""}`);
  return {
    key: `unit|${row.label}`, level: "unit", place: row.label, title: "Unit?", words: `As mm: ${say(mm)}. As cm: ${say(cm)}.`,
    take: cm.problem ? null : asCm, takeWords: cm.problem ? null : cm.echo,
    keep: mm.problem ? null : asMm, keepWords: mm.problem ? null : mm.echo,
  };
}

/** Every size of 8 mm or more is the one of the scan before: what the browser asks of the table at once. */
export function copiedFinding(data, readings) {
  const sized = readings.filter((reading) => reading.size && reading.size >= 8000);
  const copied = sized.length >= 2 && sized.every((reading) => reading.prior?.size === reading.size);
  if (!copied || data.mode === "correct") return [];
  const dates = sized.map((reading) => reading.prior.date).sort();
  return [{
    key: `plausibility.copied|${ALL_ROWS}|lesions=${sized.length}`, rule: "plausibility.copied", place: ALL_ROWS, level: "ask",
    title: "Copied?", words: `All ${sized.length} sizes are those of ${formatDate(dates.at(-1))}: copied?`, repair: null, reasons: READY,
  }];
}
