/* The grammar of one entry box, for the live preview. The same cases are run through this file and through
   tracker/domain/cells.py (tests/cases/cells.toml): what is stored is always read again by the server. */

const LONGEST_UM = 300000n;
const SHORTEST_UM = 1000n;
const ASKED_BELOW_UM = 15000n;
const LONGEST_TEXT = 80;
const EXAMPLES = "type a size such as 23, 2.3 cm or 23 x 18, or a, ts, ne, nm, p, up, m2, s 14 9 or t";

const NUMBER = "([0-9]+(?:[.,][0-9]+)?)";
const UNIT = "(mm|cm)?";
const SIZE = new RegExp(`^(<|>=|≥|>|~|≈)? ?${NUMBER} ?${UNIT}(?: ?[x×*] ?${NUMBER} ?${UNIT})?$`);
const PARTS = new RegExp(`^${NUMBER}(?:(?: ?[+/;] ?| )${NUMBER})+ ?${UNIT}$`);
const QUALIFIERS = { "<": "<", ">": ">=", ">=": ">=", "≥": ">=", "~": "approx", "≈": "approx" };
const QUALIFIER_WORDS = { "<": "under ", ">=": "at least ", approx: "about " };

const SIZED_WORDS = {
  ts: ["too small to measure", "too small to measure"],
  "too small": ["too small to measure", "too small to measure"],
  "too small to measure": ["too small to measure", "too small to measure"],
  up: ["unequivocal progression", "unequivocal progression, as stated"],
  "unequivocal progression": ["unequivocal progression", "unequivocal progression, as stated"],
  eq: ["equivocal", "new, equivocal"],
  equivocal: ["equivocal", "new, equivocal"],
  uneq: ["unequivocal", "new, unequivocal"],
  unequivocal: ["unequivocal", "new, unequivocal"],
  "r eq": ["recurrence at treated site", "recurrence, equivocal", "equivocal"],
  "r uneq": ["recurrence at treated site", "recurrence, unequivocal", "unequivocal"],
};
const SIZED = new RegExp(
  "^(ts|too small to measure|too small|up|unequivocal progression|eq|equivocal|uneq|unequivocal" +
    "|r eq|r uneq|r)(?: (.+))?$",
);

/** Millimetres for people from whole micrometres: no more decimals than the value has. */
export function formatMm(um) {
  const whole = Math.floor(um / 1000);
  const decimals = String(um % 1000).padStart(3, "0").replace(/0+$/, "");
  return decimals ? `${whole}.${decimals}` : String(whole);
}

/** Read one box. Returns only what is set of: state, longest, short, parts (µm), into, by, reason, certainty,
    qualifier, echo, question, answers, problem. */
export function readCell(text, { node, labels, isNew }) {
  const typed = text.trim().split(/\s+/).join(" ");
  const lower = typed.toLowerCase();
  if (!typed) return {};
  if ([...typed].length > LONGEST_TEXT) return { problem: `This is too long for one box: ${EXAMPLES}.` };
  const plain = readPlainWord(typed, lower);
  if (plain) return plain;
  let found = lower.match(SIZED);
  if (found) return readSizedWord(found[1], found[2], typed, node, isNew);
  found = lower.match(/^(?:s|split)(?: (.+))?$/);
  if (found) return readSplit(found[1], typed);
  found = lower.match(/^(?:m|merged|merged into) ?([a-z]*[0-9]+)?$/);
  if (found) return readMerged(found[1], labels);
  return finish(readSize(lower, typed), typed, (sizes) => measured("measured", sizes, node));
}

function readPlainWord(typed, lower) {
  if (/^(a|absent|not seen|gone)$/.test(lower)) return { state: "absent", echo: "not seen" };
  if (/^(nm|not mentioned)$/.test(lower)) return { state: "not mentioned", echo: "not mentioned" };
  if (/^(p|present)$/.test(lower)) return { state: "present", echo: "present, no size" };
  let found = typed.match(/^(?:ne|not evaluable)(?:[ ,:]+(.+))?$/i);
  if (found) {
    const reason = found[1];
    if (!reason) return { problem: "Type the reason after ne, such as ne motion." };
    return { state: "not evaluable", reason, echo: `not evaluable: ${reason}` };
  }
  found = typed.match(/^(?:t|treated)(?: (.+))?$/i);
  if (found) {
    const by = found[1];
    return by ? { state: "treated", by, echo: `treated: ${by}` } : { state: "treated", echo: "treated" };
  }
  return null;
}

function readSizedWord(word, rest, typed, node, isNew) {
  if (/^(un)?eq(uivocal)?$/.test(word) && !isNew) {
    return { problem: "eq and uneq are for a new lesion: add its row with +." };
  }
  if (word === "r") return { problem: "Type r eq or r uneq, as the report states it." };
  const [state, name, certainty] = SIZED_WORDS[word];
  const sure = certainty ? { certainty } : {};
  if (!rest) return { state, ...sure, echo: name };
  return finish(readSize(rest, typed), typed, (sizes) => {
    const sized = measured(state, sizes, node);
    return { ...sized, ...sure, echo: `${name}, ${sized.echo}` };
  });
}

function readSplit(rest, typed) {
  if (!rest || !PARTS.test(rest)) {
    return { problem: "Type the parts after s, two or more, such as s 14 9." };
  }
  const unit = /mm$/.test(rest) ? "mm" : /cm$/.test(rest) ? "cm" : null;
  return finish(checkSizes(rest.match(/[0-9]+(?:[.,][0-9]+)?/g), unit, " + "), typed, (sizes) => ({
    state: "split",
    parts: sizes.lengths,
    echo: `split: ${sizes.lengths.map(formatMm).join(" + ")} mm`,
  }));
}

function readMerged(name, labels) {
  if (!name) return { problem: "Type the lesion it merged into, such as m2 for L2." };
  const find = (wanted) => labels.find((label) => label.toLowerCase() === wanted);
  const into = find(name) ?? find(`l${name}`);
  if (!into) {
    const shown = /^[0-9]+$/.test(name) ? `L${name}` : name.toUpperCase();
    return { problem: `There is no other lesion ${shown} in this table to merge into.` };
  }
  return { state: "merged", into, echo: `merged into ${into}` };
}

function readSize(text, typed) {
  const found = text.match(SIZE);
  if (!found) return { problem: sayWhatIsWrong(text, typed) };
  const [, mark, first, firstUnit, second, secondUnit] = found;
  let sizes;
  if (second === undefined) {
    sizes = checkSizes([first], firstUnit, "");
  } else if (firstUnit && firstUnit !== secondUnit) {
    return { problem: `“${typed}” needs its unit once, at the end, such as 2.3 x 1.8 cm.` };
  } else {
    sizes = checkSizes([first, second], secondUnit, " × ");
  }
  return mark ? { ...sizes, qualifier: QUALIFIERS[mark] } : sizes;
}

function checkSizes(written, unit, joint) {
  const numbers = written.map((number) => number.replace(",", "."));
  if (numbers.some((number) => /^[0.]+$/.test(number))) {
    return { problem: "0 is not a size: type a if the lesion is not seen, ts if it is too small to measure." };
  }
  const shown = numbers.join(joint);
  const asMm = toLengths(numbers, "mm");
  const asCm = toLengths(numbers, "cm");
  if (!unit && shown.includes(".") && numbers.every((number) => isBelow(number, ASKED_BELOW_UM))) {
    return asMm.problem && asCm.problem ? asMm : { question: `${shown} mm or ${shown} cm?` };
  }
  return unit === "cm" ? asCm : asMm;
}

function toLengths(numbers, unit) {
  const lengths = [];
  for (const number of numbers) {
    const [scaled, places] = scale(number, unit === "cm" ? 10000n : 1000n);
    if (scaled > LONGEST_UM * places) {
      return { problem: `${number} ${unit} is over 300 mm: check the number and its unit.` };
    }
    if (scaled % places) {
      return { problem: `${number} ${unit} has too many decimals: three at most in mm, four in cm.` };
    }
    if (scaled < SHORTEST_UM * places) {
      return { problem: `${number} ${unit} is under 1 mm: type ts if it is too small to measure.` };
    }
    lengths.push(Number(scaled / places));
  }
  return { lengths };
}

function scale(number, um) {
  const [whole, decimals = ""] = number.split(".");
  return [BigInt(whole + decimals) * um, 10n ** BigInt(decimals.length)];
}

function isBelow(number, um) {
  const [scaled, places] = scale(number, 1000n);
  return scaled < um * places;
}

function measured(state, sizes, node) {
  const longest = Math.max(...sizes.lengths);
  const short = Math.min(...sizes.lengths);
  const before = QUALIFIER_WORDS[sizes.qualifier] ?? "";
  const reading = { state };
  if (sizes.lengths.length === 2) {
    Object.assign(reading, { longest, short, echo: `${before}${formatMm(longest)} × ${formatMm(short)} mm` });
    if (node) reading.echo += `, short axis ${formatMm(short)}`;
  } else if (node) {
    Object.assign(reading, { short, echo: `short axis ${before}${formatMm(short)} mm` });
  } else {
    Object.assign(reading, { longest, echo: `${before}${formatMm(longest)} mm` });
  }
  if (sizes.qualifier) reading.qualifier = sizes.qualifier;
  return reading;
}

function finish(sizes, typed, build) {
  if (sizes.problem) return { problem: sizes.problem };
  if (sizes.question) return { question: sizes.question, answers: [`${typed} cm`, `${typed} mm`] };
  return build(sizes);
}

function sayWhatIsWrong(text, typed) {
  if (/^[-−–]/.test(text)) return `“${typed}”: a size has no sign.`;
  if (/[0-9]*[.,][0-9]*[.,]/.test(text)) {
    return `“${typed}” has two decimal points: type one number, such as 23.5.`;
  }
  if (/[0-9][.,](?![0-9])/.test(text)) return `“${typed}”: a digit is missing after the point.`;
  if (/^(mm|cm)$/.test(text)) return `“${typed}”: a number is missing before the unit.`;
  if (/^[0-9., ]+(?:mm|cm)? ?[x×*][^x×*]+[x×*]/.test(text)) {
    return `“${typed}” has three diameters: type two, the longest and the one across it.`;
  }
  if (/^[0-9.,]+ [0-9.,]+ ?(?:mm|cm)?$/.test(text)) {
    return `“${typed}” has two numbers: type 23 x 18 for two diameters, s 14 9 for two parts.`;
  }
  return `“${typed}” is not understood: ${EXAMPLES}.`;
}
