/* What is pasted from the clipboard: a report, a column of sizes copied from a spreadsheet, or a word for one box. Nothing
   pasted is altered: each line goes into its box as it is, to be read like anything typed. */

import { readCell } from "./cells.js";

const REPORT_LENGTH = 80;
const REPORT_WORDS = 8;
const LONGEST_CELL = 80;

/** The lines of pasted text, each cut into its cells; empty lines at the end are none. */
function toLines(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

const isReport = (text) => text.trim().length >= REPORT_LENGTH && (text.match(/\p{L}{3,}/gu) ?? []).length >= REPORT_WORDS;

/** Whether the last cell of every line is something a box understands. */
function areCells(lines, labels) {
  return lines.every((cells) => {
    const last = cells.at(-1);
    return !last || (last.length <= LONGEST_CELL && !readCell(last, { node: false, labels, isNew: true }).problem);
  });
}

/** What a pasted text is: {report}, {column: lines}, or null for what the field itself takes. */
export function readPaste(text, { inBox, labels }) {
  const lines = toLines(text);
  const isColumn = lines.length > 1 || lines[0].length > 1;
  if (inBox && isColumn && areCells(lines, labels)) return { column: lines };
  if (isReport(text)) return { report: text };
  if (inBox && isColumn) return { column: lines };
  return null;
}

/** Where each line of a column goes, from a row on: {placed: [[label, text]], said: sentences}. A first cell that is a label
    names its row. A box that holds something else is left as it is, and said. */
export function spreadColumn(lines, rows, from, texts) {
  const labels = rows.map((row) => row.label);
  const isNamed = lines.every((cells) => cells.length === 2 && labels.includes(cells[0]));
  if (!isNamed && lines.some((cells) => cells.length > 1)) {
    return { placed: [], said: ["Nothing was pasted: copy one column of sizes, or two with the lesion's label first."] };
  }
  const start = labels.indexOf(from);
  const wanted = lines.map((cells, at) => [isNamed ? cells[0] : labels[start + at], cells.at(-1)]).filter(([, text]) => text);
  const beyond = wanted.filter(([label]) => !label).map(([, text]) => text);
  const inTable = wanted.filter(([label]) => label);
  const held = inTable.filter(([label, text]) => texts[label] && texts[label] !== text);
  const placed = inTable.filter((one) => !held.includes(one));
  const said = [];
  if (placed.length) said.push(`Pasted into ${placed.map(([label]) => label).join(", ")}: check each against its row.`);
  if (held.length) said.push(`Left as typed: ${held.map(([label, text]) => `${label} (not ${text})`).join(", ")}.`);
  if (beyond.length) said.push(`No row for ${beyond.join(", ")}.`);
  return { placed, said };
}
