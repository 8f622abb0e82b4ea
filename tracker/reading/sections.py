"""Cuts a report into sentences, each under its section and organ heading, also where pasting has lost the line breaks."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tracker.reading.model import Document, Section, Sentence
from tracker.reading.unheaded import begin_findings

#: A heading stands at the beginning, after a line break, after the end of a sentence, or after the comma by which some
#: transcriptions join their lines ("attenuation.,IMPRESSION:,1.  A mass").
_BEFORE = r"(?:(?<![^\n\f\v\r])|(?<=[.;:!?,)\]\t|/] )|(?<=[.;:!?,)\]\t|])|(?<=  ))(?:[-*•#>_=]{1,80}[ \t]*)?(?:\d{1,2}[.)]\s{0,3})?"
_MARKS = r"[ \t]{0,4}[*_]{0,3}[ \t]{0,4}"
_ITEM = re.compile(
    r"[ \t]*(?:[-*•·●▪◦‣–—>+○]+[ \t]+|[-•·●▪◦‣○]+(?=[A-Za-z])|\(?\d{1,2}[.)](?=[ \t\n]|[A-Z])[ \t]*|\(?[a-h][.)][ \t]+)"
)
_TERMINATOR = re.compile(
    r"[.!?]+[\"')\]]*(?=\s|,|$)|(?<=[a-z)\]])\.(?=[A-Z][a-z])|[;,](?=,)|:,|(?<=[a-z]),(?=[A-Z][a-z]+ [a-z])"
)
_LAST_WORD = re.compile(r"[A-Za-z.]{1,12}$")
_ALONE = re.compile(r"[ \t]*(?:[A-Z][\w/&,'() -]{1,60}):[ \t*]*$")
_ROW = re.compile(r"\t|\||\S[ ]{3,}\S")
_HANGING = re.compile(
    r"(?:\b(?:of|the|an?|in|and|or|with|by|to|from|at|on|for|is|are|was|were|now|than|which|that|measur(?:es|ing|ed)"
    r"|approximately|about|prior|previous(?:ly)?|compared|segments?|versus|vs|no|x|largest|up|under|within|series|image)"
    r"|[,(x×–/])$",
    re.IGNORECASE,
)


#: In characters.
LONGEST_SENTENCE = 1200
#: A line that begins with a name and a colon, such as those of a form, goes on with nothing.
_LABELLED = re.compile(r"[A-Z][\w/()' -]{1,40}:[ \t]+\S")


@cache
def load_words(name: str) -> dict[str, Any]:
    """A word list of this package, read once."""
    return tomllib.loads(files("tracker.reading").joinpath(name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    section: Section | None
    organ: str | None
    #: Nothing else on its line: it reaches over empty lines.
    alone: bool
    #: A list of lesions, which may stand in an addendum too.
    lists: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a report's lines are set: the longest of them, and from which length on a small letter goes on with a sentence."""

    width: int
    least: int


def _shape(text: str) -> _Shape:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    width = min(132, max((len(line) for line in lines), default=0))
    capitals = sum(line[0].isupper() for line in lines)
    return _Shape(width, 1 if 5 * capitals > len(lines) else 40)


def _any_of(words: list[str]) -> str:
    return "(?:" + "|".join(word.replace(" ", r"[ \t-]+") for word in sorted(words, key=len, reverse=True)) + ")"


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]], re.Pattern[str], frozenset[str]]:
    """The heading pattern, what decides of which section it is, the organs, and the abbreviations."""
    words = load_words("headings.toml")
    sections = {name: re.compile(_any_of(forms), re.IGNORECASE) for name, forms in words["section"].items()}
    names = _any_of([form for forms in words["section"].values() for form in forms])
    organs = _any_of([form for forms in words["organ"].values() for form in forms])
    title = rf"(?P<title>(?:(?:ct|mri?|pet|us|ultrasound)[ \t]+)?(?:{names}|{organs}))"
    colon = rf"{_MARKS}(?:\((?:[^()\n]{{1,40}})\){_MARKS})?:{_MARKS},?"
    alone = r"[ \t*_]{0,8}(?=\n|\r|\f|\Z)"
    pattern = re.compile(rf"{_BEFORE}[*_]{{0,3}}(?:{title}(?:{colon}|{alone}|,(?=[ \t]?[A-Z\n])))", re.IGNORECASE)
    organ = re.compile(
        "|".join(f"(?P<o{n}>{_any_of(forms)})" for n, forms in enumerate(words["organ"].values())), re.IGNORECASE
    )
    return pattern, sections, organ, frozenset(words["abbreviations"]["words"])


#: Section headings in capitals within running text, without a colon: "FINDINGS The liver".
_CAPITALS = re.compile(
    r"(?<![\w/-])(?P<title>FINDINGS|IMPRESSION|CONCLUSION|TECHNIQUE|COMPARISON|INDICATION|CLINICAL HISTORY|HISTORY|ADDENDUM)(?=[ \t]+[A-Z0-9])"
)


def split(text: str) -> Document:
    """The report in sentences, in order. Every kind of line break counts; the text itself stays as it is."""
    headings = _find_headings(text)
    sentences: list[Sentence] = []
    shape = _shape(text)
    section, organ = Section.HEADER, None
    position, alone = 0, True
    for heading in [*headings, None]:
        until = heading.start if heading else len(text)
        sentences.extend(_cut(text, position, until, section, organ, shape, alone=alone))
        if heading is None:
            break
        section, organ = _under(heading, section)
        position, alone = heading.end, heading.alone
    return Document(text, begin_findings(text, sentences))


def _under(heading: _Heading, section: Section) -> tuple[Section, str | None]:
    """The section and organ of what follows a heading. An organ names a finding, also after an indication."""
    if heading.section is not None:
        stays = section is Section.ADDENDUM and heading.lists
        return section if stays else heading.section, None
    if section in {Section.HEADER, Section.TECHNIQUE, Section.COMPARISON, Section.INDICATION}:
        section = Section.FINDINGS
    return section, None if heading.organ == "other" else heading.organ


def _find_headings(text: str) -> list[_Heading]:
    pattern, _, _, _ = _patterns()
    found = [_judge(text, match) for match in pattern.finditer(text)]
    found += [_judge(text, match) for match in _CAPITALS.finditer(text)]
    ordered: list[_Heading] = []
    for heading in sorted((one for one in found if one), key=lambda one: (one.start, -one.end)):
        if not ordered or heading.start >= ordered[-1].end:
            ordered.append(heading)
    return ordered


def _judge(text: str, match: re.Match[str]) -> _Heading | None:
    """Which heading the words are; None where they are words of a sentence."""
    _, sections, organs, _ = _patterns()
    title = match["title"]
    after = text[match.end() : match.end() + 1]
    tail = text[match.end("title") : match.end()]
    alone = after in {"", "\n", "\r", "\f"}
    line = text.rfind("\n", 0, match.start("title")) + 1
    at_line = not text[line : match.start("title")].strip(" \t*_#->•=0123456789.)")
    if ":" not in tail and not ((at_line and alone and title[:1].isupper()) or title.isupper()):
        return None
    if ":" not in tail and not alone and "," not in tail and not title.isupper():
        return None
    if ":" in tail and not title[:1].isupper() and not at_line:
        return None
    name = re.sub(r"^(?:ct|mri?|pet|us|ultrasound)[ \t]+(?=\w)", "", title, flags=re.IGNORECASE)
    for section in _ORDER:
        if sections[section].fullmatch(title) or sections[section].fullmatch(name):
            if (
                section == Section.HEADER
                and ":" not in tail
                and not (alone and re.search(r"^original|issued$", title, re.I))
            ):
                return None
            ended = section == Section.ADDENDUM and title.lower().endswith("end")
            lists = re.search(r"lesion|measurement|recist", title, re.IGNORECASE) is not None
            return _Heading(
                match.start(), match.end(), Section.HEADER if ended else Section(section), None, alone, lists
            )
    organ = organs.fullmatch(title) or organs.fullmatch(name)
    if organ is None or (":" not in tail and not (at_line and alone)):
        return None
    key = list(load_words("headings.toml")["organ"])[int((organ.lastgroup or "o0")[1:])]
    return _Heading(match.start(), match.end(), None, key, alone)


_ORDER = ("addendum", "impression", "findings", "comparison", "technique", "indication", "header")


def _cut(
    text: str, start: int, end: int, section: Section, organ: str | None, shape: _Shape, *, alone: bool
) -> list[Sentence]:
    """The sentences between two headings."""
    sentences: list[Sentence] = []
    for block_start, block_end, blank_before in _blocks(text, start, end, shape):
        if blank_before and sentences and not alone:
            organ = None
        for s, e in _sentences(text, block_start, block_end):
            sentences.append(Sentence(s, e, section, organ))
        if _ALONE.fullmatch(text, block_start, block_end) and section != Section.HEADER:
            organ = organ if sentences and _lists(text, block_start, block_end) else None
    return sentences


def _lists(text: str, start: int, end: int) -> bool:
    """A line such as "Target lesions in the liver:", which begins a list and ends nothing."""
    return (
        re.search(r"lesion|metast|nodul|mass|node|largest|follow|target|includ", text[start:end], re.IGNORECASE)
        is not None
    )


def _blocks(text: str, start: int, end: int, shape: _Shape) -> list[tuple[int, int, bool]]:
    """Runs of lines that belong together: a line that ends in the middle of a sentence is joined to the next."""
    blocks: list[tuple[int, int, bool]] = []
    position, open_block, blank = start, False, False
    while position < end:
        stop = position
        while stop < end and text[stop] not in "\n\r\f\v\x85\u2028\u2029":
            stop += 1
        line = text[position:stop]
        if not line.strip():
            blank, open_block = True, open_block and False
        else:
            if open_block and _continues(text[blocks[-1][0] : blocks[-1][1]], line, shape):
                blocks[-1] = (blocks[-1][0], stop, blocks[-1][2])
            else:
                blocks.append((position, stop, blank))
            open_block, blank = True, False
        position = stop + (2 if text[stop : stop + 2] == "\r\n" else 1)
    return blocks


def _continues(before: str, line: str, shape: _Shape) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if _ITEM.match(line) or _ROW.search(line.strip()) or _LABELLED.match(line.strip()):
        return False
    last_line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    before, line = last_line.rstrip(), line.strip()
    if before.endswith((".", "!", "?", ":", ";")) or _ROW.search(before.strip()):
        return False
    first = line.split(None, 1)[0]
    if before.endswith(",") and first[0].isupper():
        return False
    if _HANGING.search(before[-20:]):
        return True
    if first[0].islower():
        return len(before) >= shape.least
    full = shape.width >= 60 and len(before) + 1 + len(first) > shape.width
    return full if first[0].isupper() else full or len(before) >= 60


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a run of lines, without bullets, item numbers and the space around."""
    _, _, _, abbreviations = _patterns()
    cuts: list[int] = []
    for match in _TERMINATOR.finditer(text, start, end):
        if _ends(text, start, match, abbreviations):
            cuts.append(match.end())
    found: list[tuple[int, int]] = []
    position = start
    for cut in [*cuts, end]:
        s, e = position, cut
        position = cut
        while s < e and text[s] in " \t,\n\r":
            s += 1
        item = _ITEM.match(text, s, e)
        if item is not None and not re.match(r"\d{1,2}\.\d", text[s : s + 5]):
            s = item.end()
        while s < e and text[s].isspace():
            s += 1
        while e > s and (text[e - 1].isspace() or text[e - 1] == ","):
            e -= 1
        if any(character.isalnum() for character in text[s:e]):
            found.extend(_bounded(text, s, e))
    return found


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence in parts of at most ``LONGEST_SENTENCE``: nobody dictates longer ones, and every part is read by itself."""
    parts: list[tuple[int, int]] = []
    while end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = space if space > 0 else start + LONGEST_SENTENCE
        parts.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    return [*parts, (start, end)]


def _ends(text: str, start: int, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    """Whether a full stop ends a sentence: not after an abbreviation, an initial, or the number of an item."""
    mark = match.group()
    if not mark.startswith("."):
        return True
    before = text[max(start, match.start() - 24) : match.start()]
    word = _LAST_WORD.search(before)
    after = text[match.end() : match.end() + 4].lstrip(" ,\t\n\r")
    if word is not None:
        bare = word.group().strip(".").lower()
        if bare in abbreviations and not (len(bare) == 1 and before.endswith(" " + bare)):
            return after[:1].isupper() and bare not in _TITLES and mark.startswith("..")
    if re.search(r"(?:^|[\n,.:;])\s{0,16}\(?\d{1,2}$", before):
        return False
    return not after[:1].islower() or mark.startswith("..") or (len(before.split()) > 0 and not before[-1:].isdigit())


_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
