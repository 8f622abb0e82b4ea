"""The grammar of one entry box: what a nurse types beside a lesion, read into an observation.

Sizes are ``23``, ``23.5``, ``23,5``, ``2.3 cm``, ``23 x 18``, with ``<``, ``>=`` or ``~`` before them; everything else
is the letter or word of a state (``WORDS``). The browser reads the same grammar for its preview; both run one table of
cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from tracker.domain.lengths import Length, format_mm
from tracker.domain.lesions import Observation
from tracker.domain.vocabulary import Certainty, State

LONGEST = Length(300_000)
SHORTEST = Length(1_000)
#: A decimal under this many mm without a unit may well be centimetres: asked, never guessed.
ASKED_BELOW = Length(15_000)
LONGEST_TEXT = 80

#: What may be typed besides a size, and what it means.
WORDS: tuple[tuple[str, str], ...] = (
    ("a", "absent, not seen"),
    ("ts", "too small (ts 4)"),
    ("ne", "not evaluable + why"),
    ("nm", "not mentioned"),
    ("p", "present, no size"),
    ("up", "unequivocal progression"),
    ("m2", "merged into L2"),
    ("s 14 9", "split"),
    ("t", "treated (t ablation)"),
    ("r eq", "recurrence (r uneq)"),
)
_EXAMPLES = "type a size such as 23, 2.3 cm or 23 x 18, or a, ts, ne, nm, p, up, m2, s 14 9 or t"

_NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
_UNIT = r"(mm|cm)?"
_SIZE = re.compile(rf"^(<|>=|≥|>|~|≈)? ?{_NUMBER} ?{_UNIT}(?: ?[x×*] ?{_NUMBER} ?{_UNIT})?$")
_PARTS = re.compile(rf"^{_NUMBER}(?:(?: ?[+/;] ?| ){_NUMBER})+ ?{_UNIT}$")
_QUALIFIERS = {"<": "<", ">": ">=", ">=": ">=", "≥": ">=", "~": "approx", "≈": "approx"}
_QUALIFIER_WORDS = {"<": "under ", ">=": "at least ", "approx": "about "}

_ABSENT = re.compile(r"^(a|absent|not seen|gone)$")
_NOT_MENTIONED = re.compile(r"^(nm|not mentioned)$")
_PRESENT = re.compile(r"^(p|present)$")
_NOT_EVALUABLE = re.compile(r"^(?:ne|not evaluable)(?:[ ,:]+(.+))?$", re.IGNORECASE)
_TREATED = re.compile(r"^(?:t|treated)(?: (.+))?$", re.IGNORECASE)
_SIZED = re.compile(
    r"^(ts|too small to measure|too small|up|unequivocal progression|eq|equivocal|uneq|unequivocal"
    r"|r eq|r uneq|r)(?: (.+))?$"
)
_MERGED = re.compile(r"^(?:m|merged|merged into) ?([a-z]*[0-9]+)?$")
_SPLIT = re.compile(r"^(?:s|split)(?: (.+))?$")


@dataclass(frozen=True, slots=True)
class CellReading:
    """What was understood of one box: an observation, a question or a problem; none of them for an empty box."""

    observation: Observation | None = None
    #: The understood value in words, for the place beside the box.
    echo: str = ""
    #: What must be answered before the value counts, with the two texts that answer it.
    question: str | None = None
    answers: tuple[str, str] | None = None
    #: Why the text is refused, and what would be right.
    problem: str | None = None
    #: "<", ">=" or "approx" of the size as the report states it.
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Lengths read from a piece of text, or why not."""

    lengths: tuple[Length, ...] = ()
    qualifier: str | None = None
    question: str | None = None
    problem: str | None = None


def read_cell(text: str, *, node: bool, labels: frozenset[str], new: bool = False) -> CellReading:
    """Read one entry box.

    ``node``: one number is the short axis. ``labels``: the other lesions followed, which this one may have merged into.
    ``new``: the row is a new lesion, so ``eq`` and ``uneq`` may be typed.
    """
    typed = " ".join(text.split())
    lower = typed.lower()
    if not typed:
        return CellReading()
    if len(typed) > LONGEST_TEXT:
        return CellReading(problem=f"This is too long for one box: {_EXAMPLES}.")
    plain = _read_plain_word(typed, lower)
    if plain is not None:
        return plain
    if found := _SIZED.match(lower):
        return _read_sized_word(found[1], found[2], typed, node=node, new=new)
    if found := _SPLIT.match(lower):
        return _read_split(found[1], typed)
    if found := _MERGED.match(lower):
        return _read_merged(found[1], labels)
    return _finish(_read_size(lower, typed), typed, lambda sizes: _measured(State.MEASURED, sizes, node))


def write_cell(observation: Observation, *, node: bool, qualifier: str | None = None) -> str:
    """The text that stands for a stored observation: what a box shows when an entry is corrected.

    ``read_cell`` gives the same observation again, but for what a box cannot say (uptake, a node without short axis, an
    uptake without any size): a correction keeps those as they are stored where the text is not changed.
    """
    first, second = (observation.short, None) if node else (observation.longest, observation.short)
    if node and observation.longest is not None and observation.short is not None:
        first, second = observation.longest, observation.short
    mark = {"approx": "~", None: ""}.get(qualifier, qualifier) or ""
    size = "" if first is None else mark + _write_lengths([first] if second is None else [first, second], " x ")
    sure = {Certainty.EQUIVOCAL: "eq", Certainty.UNEQUIVOCAL: "uneq"}
    match observation.state:
        case State.MEASURED:
            return size or "p"
        case State.ABSENT:
            return "a"
        case State.TOO_SMALL:
            return f"ts {size}".strip()
        case State.NOT_EVALUABLE:
            return f"ne {observation.reason or 'no reason given'}"
        case State.NOT_MENTIONED:
            return "nm"
        case State.PRESENT:
            return "p"
        case State.UNEQUIVOCAL_PROGRESSION:
            return f"up {size}".strip()
        case State.EQUIVOCAL:
            return f"eq {size}".strip()
        case State.UNEQUIVOCAL:
            return f"uneq {size}".strip()
        case State.MERGED:
            return f"m {observation.into}"
        case State.SPLIT:
            return f"s {_write_lengths(list(observation.parts), ' + ')}"
        case State.TREATED:
            return f"t {observation.by or ''}".strip()
        case State.RECURRENCE:
            return f"r {sure[observation.certainty or Certainty.UNEQUIVOCAL]} {size}".strip()


def _write_lengths(lengths: list[Length], joint: str) -> str:
    """Numbers, with the unit where a box would ask for it."""
    text = joint.join(format_mm(length.um) for length in lengths)
    return f"{text} mm" if "." in text else text


def _read_plain_word(typed: str, lower: str) -> CellReading | None:
    """States without a size."""
    if _ABSENT.match(lower):
        return CellReading(Observation(State.ABSENT), "not seen")
    if _NOT_MENTIONED.match(lower):
        return CellReading(Observation(State.NOT_MENTIONED), "not mentioned")
    if _PRESENT.match(lower):
        return CellReading(Observation(State.PRESENT), "present, no size")
    if found := _NOT_EVALUABLE.match(typed):
        reason = found[1]
        if reason is None:
            return CellReading(problem="Type the reason after ne, such as ne motion.")
        return CellReading(Observation(State.NOT_EVALUABLE, reason=reason), f"not evaluable: {reason}")
    if found := _TREATED.match(typed):
        by = found[1]
        return CellReading(Observation(State.TREATED, by=by), f"treated: {by}" if by else "treated")
    return None


def _read_sized_word(word: str, rest: str | None, typed: str, *, node: bool, new: bool) -> CellReading:
    """States that may carry a size."""
    if word in ("eq", "equivocal", "uneq", "unequivocal") and not new:
        return CellReading(problem="eq and uneq are for a new lesion: add its row with +.")
    if word == "r":
        return CellReading(problem="Type r eq or r uneq, as the report states it.")
    state, name, certainty = {
        "ts": (State.TOO_SMALL, "too small to measure", None),
        "too small": (State.TOO_SMALL, "too small to measure", None),
        "too small to measure": (State.TOO_SMALL, "too small to measure", None),
        "up": (State.UNEQUIVOCAL_PROGRESSION, "unequivocal progression, as stated", None),
        "unequivocal progression": (State.UNEQUIVOCAL_PROGRESSION, "unequivocal progression, as stated", None),
        "eq": (State.EQUIVOCAL, "new, equivocal", None),
        "equivocal": (State.EQUIVOCAL, "new, equivocal", None),
        "uneq": (State.UNEQUIVOCAL, "new, unequivocal", None),
        "unequivocal": (State.UNEQUIVOCAL, "new, unequivocal", None),
        "r eq": (State.RECURRENCE, "recurrence, equivocal", Certainty.EQUIVOCAL),
        "r uneq": (State.RECURRENCE, "recurrence, unequivocal", Certainty.UNEQUIVOCAL),
    }[word]
    if rest is None:
        return CellReading(Observation(state, certainty=certainty), name)

    def build(sizes: _Sizes) -> CellReading:
        sized = _measured(state, sizes, node)
        assert sized.observation is not None
        return replace(sized, observation=replace(sized.observation, certainty=certainty), echo=f"{name}, {sized.echo}")

    return _finish(_read_size(rest, typed), typed, build)


def _read_split(rest: str | None, typed: str) -> CellReading:
    if rest is None or not _PARTS.match(rest):
        return CellReading(problem="Type the parts after s, two or more, such as s 14 9.")
    numbers = re.findall(r"[0-9]+(?:[.,][0-9]+)?", rest)
    unit = rest[-2:] if rest.endswith(("mm", "cm")) else None
    sizes = _check_sizes(numbers, unit, " + ")

    def build(sizes: _Sizes) -> CellReading:
        words = " + ".join(format_mm(part.um) for part in sizes.lengths)
        return CellReading(Observation(State.SPLIT, parts=sizes.lengths), f"split: {words} mm")

    return _finish(sizes, typed, build)


def _read_merged(name: str | None, labels: frozenset[str]) -> CellReading:
    if name is None:
        return CellReading(problem="Type the lesion it merged into, such as m2 for L2.")
    by_lower = {label.lower(): label for label in labels}
    into = by_lower.get(name) or by_lower.get(f"l{name}")
    if into is None:
        shown = name.upper() if not name.isdigit() else f"L{name}"
        return CellReading(problem=f"There is no other lesion {shown} in this table to merge into.")
    return CellReading(Observation(State.MERGED, into=into), f"merged into {into}")


def _read_size(text: str, typed: str) -> _Sizes:
    """``[<|>=|~] number [x number] [mm|cm]``."""
    found = _SIZE.match(text)
    if found is None:
        return _Sizes(problem=_say_what_is_wrong(text, typed))
    mark, first, first_unit, second, second_unit = found.groups()
    if second is None:
        sizes = _check_sizes([first], first_unit, "")
    elif first_unit is not None and first_unit != second_unit:
        return _Sizes(problem=f"“{typed}” needs its unit once, at the end, such as 2.3 x 1.8 cm.")
    else:
        sizes = _check_sizes([first, second], second_unit, " × ")
    return replace(sizes, qualifier=_QUALIFIERS[mark] if mark else None)


def _check_sizes(numbers: list[str], unit: str | None, joint: str) -> _Sizes:
    """Exact lengths within the bounds; the question mm or cm; or what is wrong."""
    numbers = [number.replace(",", ".") for number in numbers]
    if any(not number.strip("0.") for number in numbers):
        return _Sizes(problem="0 is not a size: type a if the lesion is not seen, ts if it is too small to measure.")
    shown = joint.join(numbers)
    as_mm = _to_lengths(numbers, "mm")
    as_cm = _to_lengths(numbers, "cm")
    if unit is None and "." in shown and all(_is_below(number, ASKED_BELOW.um) for number in numbers):
        if as_mm.problem is None or as_cm.problem is None:
            return _Sizes(question=f"{shown} mm or {shown} cm?")
        return as_mm
    return as_cm if unit == "cm" else as_mm


def _to_lengths(numbers: list[str], unit: str) -> _Sizes:
    lengths = []
    for number in numbers:
        scaled, places = _scale(number, 10_000 if unit == "cm" else 1_000)
        if scaled > LONGEST.um * places:
            return _Sizes(problem=f"{number} {unit} is over 300 mm: check the number and its unit.")
        if scaled % places:
            return _Sizes(problem=f"{number} {unit} has too many decimals: three at most in mm, four in cm.")
        if scaled < SHORTEST.um * places:
            return _Sizes(problem=f"{number} {unit} is under 1 mm: type ts if it is too small to measure.")
        lengths.append(Length(scaled // places))
    return _Sizes(tuple(lengths))


def _scale(number: str, um: int) -> tuple[int, int]:
    """A decimal in units of ``um`` micrometres as an exact fraction of whole numbers."""
    whole, _, decimals = number.partition(".")
    return int(whole + decimals) * um, 10 ** len(decimals)


def _is_below(number: str, um: int) -> bool:
    scaled, places = _scale(number, 1_000)
    return scaled < um * places


def _measured(state: State, sizes: _Sizes, node: bool) -> CellReading:
    """An observation from one length (a node's is the short axis) or two (the smaller is the short axis)."""
    longest = max(sizes.lengths)
    short = min(sizes.lengths)
    before = _QUALIFIER_WORDS.get(sizes.qualifier or "", "")
    if len(sizes.lengths) == 2:
        echo = f"{before}{format_mm(longest.um)} × {format_mm(short.um)} mm"
        observation = Observation(state, longest=longest, short=short)
        if node:
            echo += f", short axis {format_mm(short.um)}"
    elif node:
        echo = f"short axis {before}{short}"
        observation = Observation(state, short=short)
    else:
        echo = f"{before}{longest}"
        observation = Observation(state, longest=longest)
    return CellReading(observation, echo, qualifier=sizes.qualifier)


def _finish(sizes: _Sizes, typed: str, build: Callable[[_Sizes], CellReading]) -> CellReading:
    if sizes.problem is not None:
        return CellReading(problem=sizes.problem)
    if sizes.question is not None:
        return CellReading(echo=sizes.question, question=sizes.question, answers=(f"{typed} cm", f"{typed} mm"))
    return build(sizes)


def _say_what_is_wrong(text: str, typed: str) -> str:
    """One sentence for a text that is no size: what stands there and what would be right."""
    if re.match(r"^[-−–]", text):
        return f"“{typed}”: a size has no sign."
    if re.search(r"[0-9]*[.,][0-9]*[.,]", text):
        return f"“{typed}” has two decimal points: type one number, such as 23.5."
    if re.search(r"[0-9][.,](?![0-9])", text):
        return f"“{typed}”: a digit is missing after the point."
    if re.match(r"^(mm|cm)$", text):
        return f"“{typed}”: a number is missing before the unit."
    if re.match(r"^[0-9., ]+(?:mm|cm)? ?[x×*][^x×*]+[x×*]", text):
        return f"“{typed}” has three diameters: type two, the longest and the one across it."
    if re.match(r"^[0-9.,]+ [0-9.,]+ ?(?:mm|cm)?$", text):
        return f"“{typed}” has two numbers: type 23 x 18 for two diameters, s 14 9 for two parts."
    return f"“{typed}” is not understood: {_EXAMPLES}."
