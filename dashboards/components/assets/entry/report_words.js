/* What the words of a report say against what stands in the table: the number of lesions, new disease, what is gone. The
   server judges the same when it looks for findings; here it is said while typing. */

const THERE = new Set([
  "measured", "present", "too small to measure", "unequivocal progression", "split", "equivocal", "unequivocal",
]);

/** Lines of name, words and state (ok, open, differs). */
export function compareWords(table) {
  const { header, suggestions } = table.report.proposals;
  const lines = [];
  const count = header.find((one) => one.field === "count");
  if (count) lines.push(compareCount(table, count));
  const fresh = header.find((one) => one.field === "statements.liver");
  if (fresh) lines.push(compareNew(table, fresh));
  for (const one of suggestions.filter((each) => /^a\b/.test(each.text))) {
    const state = table.report.stateOf(one);
    const words = { open: "not answered yet", refused: "refused", differs: "the table says something else" }[state];
    lines.push(["Not seen", `${one.label}: ${words ?? "as the report says"}`, stateWord(state)]);
  }
  return lines;
}

const stateWord = (state) => ({ open: "open", taken: "ok", agrees: "ok" })[state] ?? "differs";

function compareCount(table, { words, sets }) {
  const { data, typed } = table;
  const readings = data.rows.map((row) => table.reading(row));
  const isLiver = (row) => !row.node && (row.organ ?? "liver") === "liver";
  const there = data.rows.filter((row, at) => isLiver(row) && THERE.has(readings[at].state)).length;
  const added = typed.added.filter((row) => row.organ === "liver").length;
  const isOpen = readings.some((reading) => !reading.state || reading.problem) || table.report.openNew().length > 0;
  const total = there + added;
  const said = `“${words}”; ${total} in the table${isOpen ? " so far" : ""}`;
  const number = sets.count ? Number(sets.count) : null;
  if (number === null) return ["Count", said, "ok"];
  const fits = sets.count_kind === "exact" ? total === number : total >= number;
  if (fits) return ["Count", said, "ok"];
  return ["Count", said, isOpen && total < number ? "open" : "differs"];
}

function compareNew(table, { value }) {
  const entered = table.typed.added.filter((row) => row.organ === "liver").length;
  const wants = value === "yes";
  const words = `${wants ? "stated" : value}, ${entered || "none"} entered`;
  if (wants === entered > 0) return ["New lesions", words, "ok"];
  return ["New lesions", words, wants ? "open" : "differs"];
}
