"""What the words of a report say of change: new, increased, decreased, stable, resolved. Never computed from sizes.

An arrow, "was" or "previously" alone says nothing of change. New is said only where it is neither denied ("no new") nor
left open ("cannot exclude a new lesion").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.reading.model import Change, Cue, Document, Kind, Mention, MentionType, Section, Sentence, Time
from tracker.reading.places import BREAK, GOES_ON, belongs

_CHANGES = {str(change): change for change in Change}
_OPEN_BEFORE = re.compile(
    r"(?:\bpossib\w+|\bprobabl\w+|\bquestion\w*|\bquery|\bequivocal\w*|\bcannot\s+(?:\w+\s+){0,2}(?:exclude|rule\s+out)|\bcan\s?not\s+(?:be\s+)?(?:\w+\s+)?exclude\w*"
    r"|\bnot\s+(?:\w+\s+)?excluded?|\bmay(?:be)?\b|\bmight\b|\bcould\b|\bperhaps|\bsuspicion\s+of|\bsuspected|\bpotential\w*|\bdoubtful\w*|\bif\b|\bwhether\b|\bto\s+exclude"
    r"|\brule\s+out|\blook\w*\s+for|\bassess\s+for|\?)[^,;.]{0,60}$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r"^[^;.]{0,90}?\b(?:(?:can(?:not|\s?n[o']t)|could\s+not|not)\s+(?:be\s+)?(?:\w+\s+){0,2}(?:excluded|ruled\s+out|exclude)|is\s+(?:possible|questionable|equivocal|not\s+certain)"
    r"|(?:versus|vs\.?|or)\s+(?:better|previously|technical|differen|improved|simply|pre-?existing|old)|\?)",
    re.IGNORECASE,
)
#: "new" that is not of this examination: "which was new on the prior scan".
_NEW_BEFORE = re.compile(
    r"^\s*(?:on|at|in)\s+(?:the\s+)?(?:prior|previous|last|earlier|preceding|comparison)\b", re.IGNORECASE
)
_WAS = re.compile(r"\b(?:was|were|previously|formerly|described\s+as)\s+$", re.IGNORECASE)
#: Of what grows or shrinks beside size.
_NOT_OF_SIZE = re.compile(
    r"^\s*(?:in\s+)?(?:the\s+)?(?:peripheral\s+|contrast\s+|FDG\s+|tracer\s+|signal\s+|rim\s+|arterial\s+)?(?:attenuation|density|echo\w*|enhancement|signal|conspicuity|uptake"
    r"|activity|avidity|necrosis|calcification|sclerosis|T1|T2|number|vascularity|confidence|risk)",
    re.IGNORECASE,
)
#: The resolution of a picture.
_NO_RESOLVING = re.compile(
    r"(?:high|low|spatial|contrast|PET|CT|image|limited?|temporal|below|axial)[\s-]+resolution|resolution(?!\s+of|[.,;)]|$)",
    re.IGNORECASE,
)
_UPTAKE = re.compile(
    r"(?:(?P<down>decreas\w*|reduc\w*|lower|diminish\w*|less)|(?P<up>increas\w*|higher|more\s+intense))\s+(?:\w+\s+){0,2}?(?:uptake|avidity|activity|metabolism)",
    re.IGNORECASE,
)
_NEW_HEADING = re.compile(r"\bnew\s+(?:\w+\s+)?lesions?\s*(?:\([^()\n]*\)\s*)?(?::\s*(?P<said>\w+)?|\n)", re.IGNORECASE)
_PLURAL = re.compile(
    r"\b(?:\w*lesions|metastases|\w*nodules|nodes|foci|deposits|masses|targets|(?:two|three|four|five)\s+(?:of|are|were|have)|tumou?rs|\w*adenopath(?:y|ies)|both|all|formations|secondaries)\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(r"\b(?:are|have|were|both|all|each|these|respectively)\b(?:\s+\w+){0,3}\s*$", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|not|without|nor|neither|never|none)\b(?:\s+(?!longer)[\w-]+){0,5}\s*$", re.IGNORECASE)
_STATEMENT = re.compile(
    r"^\W*(?:this|it|these|which|unchanged|stable|interval|increased?|decreased?|smaller|larger|new|both|progress|regress|grow|shr)",
    re.IGNORECASE,
)
#: What can be unchanged beside a lesion: nothing that was measured.
_OF_WORDS = re.compile(
    r"\b(?:conclusions?|impression|opinion|assessment|diagnosis|stage|staging|recommendations?|management|plan|report|wording|text)\s+(?:\w+\s+)?(?:is|are|remains?|stays?)\s+(?:otherwise\s+)?$",
    re.IGNORECASE,
)
#: A sentence that goes on with the largest of those that the sentence before tells of.
_OF_THOSE = re.compile(r"\W*(?:the\s+)?(?:\w+\s+)?(?:largest|biggest|dominant|most\s+prominent)\b", re.IGNORECASE)
_NEAR = 9.0
#: What parts a change from the only value of its sentence.
_PARTED = re.compile(r";|\b(?:and|but|while|whereas|however|although|with)\b|:", re.IGNORECASE)
#: What may stand alone between a value and what is said of it.
_JOINED = frozenset({";", ",", "-", "–", ":", "("})
#: An enlarged node is a large one, unless it is told how large it was.
_IS_LARGE = re.compile(r"(?:(?:is|are)\s+)?enlarged", re.IGNORECASE)
_ENLARGED_TO = re.compile(r",?\s*(?:to|from|since|compared|now|\d)", re.IGNORECASE)
#: Of a node: as large as nodes are, and not "as large as before".
_NOT_LARGE = re.compile(r"not\s+enlarged(?!\s+(?:since|compared|further|any|in\s+the\s+interval))", re.IGNORECASE)


def mark(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions with what their own sentence, or the one that it goes on from, says of change."""
    found = find_changes(document, cues)
    marked = []
    for mention in mentions:
        sentence = document.sentence_at(mention.start)
        change = None
        if sentence is not None and mention.kind in (Kind.LESION, Kind.NODE, Kind.OTHER_FINDING, Kind.ORGAN):
            change = _of_sentence(document, found, mention, mentions, sentence) or _of_context(
                document, found, mention, mentions, sentence
            )
            change = change or _of_uptake(document, mention, sentence) or _under_heading(document, mention)
        marked.append(replace(mention, change=change, new=change is Change.NEW) if change is not None else mention)
    return tuple(_along_lists(document, marked, found))


def find_changes(document: Document, cues: Sequence[Cue]) -> tuple[tuple[Cue, Change], ...]:
    """The cues that say a change of size or newness, without the denied and the open ones."""
    said = []
    for cue in cues:
        change = _CHANGES.get(cue.category)
        if change is None:
            continue
        sentence = document.sentence_at(cue.start)
        start, end = (sentence.start, sentence.end) if sentence is not None else (0, len(document.text))
        before, after = document.text[max(start, cue.start - 110) : cue.start], document.text[cue.end : end]
        if (_NEGATED.search(before) and change is not Change.RESOLVED) or _OF_WORDS.search(before):
            continue
        if change is Change.NEW and (
            _OPEN_BEFORE.search(before)
            or _OPEN_AFTER.search(after)
            or (_NEW_BEFORE.match(after) and _WAS.search(before))
        ):
            continue
        if change in (Change.INCREASED, Change.DECREASED) and _NOT_OF_SIZE.match(after):
            continue
        if _IS_LARGE.fullmatch(document.text, cue.start, cue.end) and not _ENLARGED_TO.match(after):
            continue
        if change is Change.STABLE and _NOT_LARGE.match(document.text, cue.start):
            continue
        if change is Change.RESOLVED and _NO_RESOLVING.search(document.text[max(start, cue.start - 16) : cue.end + 4]):
            continue
        said.append((cue, change))
    return tuple(said)


def _of_uptake(document: Document, mention: Mention, sentence: Sentence) -> Change | None:
    """Of an uptake value: what is said of the uptake itself."""
    if mention.type is not MentionType.SUV:
        return None
    near = [
        (belongs(document.text, mention, match.start(), match.end()), match)
        for match in _UPTAKE.finditer(document.text, sentence.start, sentence.end)
    ]
    cost, match = min(near, key=lambda one: one[0], default=(_NEAR, None))
    if match is None or cost >= _NEAR:
        return None
    return Change.DECREASED if match["down"] else Change.INCREASED


def _under_heading(document: Document, mention: Mention) -> Change | None:
    """Of a list under "NEW LESIONS": each item is new, up to the next empty line."""
    start = document.text.rfind("\n\n", 0, mention.start) + 1
    headings = list(_NEW_HEADING.finditer(document.text, start, mention.start))
    if not headings or (headings[-1]["said"] or "").lower() in ("none", "no", "nil", "absent", "not"):
        return None
    return Change.NEW if "\n" in document.text[headings[-1].start() : mention.start] else None


def _in(found: Sequence[tuple[Cue, Change]], sentence: Sentence) -> list[tuple[Cue, Change]]:
    return [one for one in found if sentence.start <= one[0].start < sentence.end]


def _of_sentence(
    document: Document,
    found: Sequence[tuple[Cue, Change]],
    mention: Mention,
    mentions: Sequence[Mention],
    sentence: Sentence,
) -> Change | None:
    """The nearest change said in the mention's own statement, or of several values together."""
    here = _in(found, sentence)
    peers = [
        one
        for one in mentions
        if one.sentence_start == mention.sentence_start and one is not mention and one.type is not MentionType.SUV
    ]
    best: tuple[float, Change] | None = None
    alone = len(here) == 1 and not any(one.time is Time.CURRENT for one in peers)
    for cue, change in here:
        if _IS_LARGE.fullmatch(document.text, cue.start, cue.end) and not any(one.time is Time.PRIOR for one in peers):
            continue
        cost = belongs(document.text, mention, cue.start, cue.end, peers if len(here) > 1 else ())
        gap = _between(document.text, cue, mention)
        near = cost < _NEAR or gap.strip() in _JOINED or (alone and not _PARTED.search(gap))
        if not near and not _together(document, cue, mention, here, peers, sentence):
            continue
        if best is None or cost < best[0]:
            best = (cost, change)
    return best[1] if best else None


def _between(text: str, cue: Cue, mention: Mention) -> str:
    return text[cue.end : mention.start] if cue.end <= mention.start else text[mention.end : cue.start]


def _together(
    document: Document,
    cue: Cue,
    mention: Mention,
    here: Sequence[tuple[Cue, Change]],
    peers: Sequence[Mention],
    sentence: Sentence,
) -> bool:
    """Whether a change is said of several values at once: "stable lesions: 5 mm, 7 mm", "… and 9 mm are unchanged"."""
    if cue.end <= mention.start:
        first = min((one.start for one in [*peers, mention] if one.start >= cue.end), default=mention.start)
        lead = document.text[cue.end : first]
        others = [one for one, _ in here if cue.end <= one.start < mention.start]
        if document.text[cue.end : cue.end + 1] == ":" and cue.start == sentence.start:
            return not others
        subject = document.text[sentence.start : cue.start]
        return (
            not others
            and (_PLURAL.search(lead) is not None or _PLURAL.search(subject) is not None)
            and not BREAK.search(lead.replace(",", ""))
        )
    others = [one for one, _ in here if mention.end <= one.start < cue.start]
    words = document.text[mention.end : cue.end]
    return (
        not others
        and _ALL_OF_THEM.search(document.text[mention.end : cue.start]) is not None
        and "." not in re.sub(r"\d\.\d", "", words)
    )


def _of_context(
    document: Document,
    found: Sequence[tuple[Cue, Change]],
    mention: Mention,
    mentions: Sequence[Mention],
    sentence: Sentence,
) -> Change | None:
    """The change said by the line that leads a list, by the sentence that this one goes on from, or by one that goes on from it."""
    at = next(n for n, one in enumerate(document.sentences) if one.start == sentence.start)
    if _in(found, sentence):
        return None
    goes_on = GOES_ON.match(document.say(sentence)) is not None
    if at > 0 and (goes_on or _tells_of_those(document, at)) and _is_same_part(document, at - 1, at):
        before = _in(found, document.sentences[at - 1])
        if len({change for _, change in before}) == 1 and not _has_several(
            document, mentions, document.sentences[at - 1]
        ):
            return before[0][1]
    leading = _leading(document, at)
    if leading is not None:
        said = _in(found, leading)
        if len({change for _, change in said}) == 1:
            return said[0][1]
    if at + 1 < len(document.sentences) and _is_same_part(document, at, at + 1):
        after = document.sentences[at + 1]
        only_words = not any(after.start <= one.start < after.end for one in mentions)
        said = _in(found, after)
        if (
            only_words
            and _STATEMENT.match(document.say(after))
            and len({change for _, change in said}) == 1
            and not _has_several(document, mentions, sentence)
        ):
            return said[0][1] if len(document.say(after)) < 120 else None
    return None


def _tells_of_those(document: Document, at: int) -> bool:
    """Whether a sentence measures some of the new lesions that the one before only counts."""
    before = document.say(document.sentences[at - 1])
    return _OF_THOSE.match(document.say(document.sentences[at])) is not None and _PLURAL.search(before) is not None


def _leading(document: Document, at: int) -> Sentence | None:
    """The line ending in a colon that a list of lines stands under."""
    for back in range(at - 1, max(-1, at - 13), -1):
        before = document.sentences[back]
        if before.section is not document.sentences[at].section:
            return None
        after = document.text[before.end : document.sentences[back + 1].start]
        if document.say(before).rstrip().endswith(":") or after.strip().startswith(":"):
            return before
        blank = re.search(r"\n\s*\n", after) is not None
        if blank or not _is_item(document, before):
            return None
    return None


def _is_item(document: Document, sentence: Sentence) -> bool:
    """A line of a list: it has a number and no finite verb of its own that would begin a new thought."""
    words = document.say(sentence)
    return bool(re.search(r"\d", words)) and not re.search(
        r"\b(?:there\s+(?:is|are)|no\b|is\s+seen|are\s+seen)", words, re.IGNORECASE
    )


def _is_same_part(document: Document, one: int, two: int) -> bool:
    first, second = document.sentences[one], document.sentences[two]
    apart = re.search(r"\n\s*\n", document.text[first.end : second.start]) is not None
    return first.section is second.section and first.section is not Section.INDICATION and not apart


def _has_several(document: Document, mentions: Sequence[Mention], sentence: Sentence) -> bool:
    """Whether a sentence measures several lesions now."""
    here = [
        one for one in mentions
        if sentence.start <= one.start < sentence.end and one.time == "current" and one.type is MentionType.SIZE and one.kind in (Kind.LESION, Kind.NODE)
    ]  # fmt: skip
    return len(here) > 1


def _along_lists(document: Document, marked: list[Mention], found: Sequence[tuple[Cue, Change]]) -> list[Mention]:
    """``23 mm and 12 mm, both smaller``: a bare list of sizes shares what is said of its first or its last."""
    for at in range(1, len(marked)):
        one, two = marked[at - 1], marked[at]
        if (
            one.sentence_start != two.sentence_start
            or (one.change is None) == (two.change is None)
            or one.kind is not two.kind
        ):
            continue
        gap = document.text[one.end : two.start]
        if re.fullmatch(r"\s*(?:\([^()]{0,24}\))?\s*(?:,|and|&|/|,\s*and)\s*", gap):
            change = one.change or two.change
            marked[at - 1], marked[at] = (replace(m, change=change, new=change is Change.NEW) for m in (one, two))
    return marked
