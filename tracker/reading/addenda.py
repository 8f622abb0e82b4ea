"""Values that an addendum of the same report corrects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.reading.model import Document, Mention, MentionType, Section, Time

_CORRECTS = re.compile(
    r"\b(?:correct\w*|should\s+(?:read|be|have\s+been)|instead\s+of|rather\s+than|erron\w+|in\s+error|typograph\w+|typo|mis-?\s?(?:stated|typed|dictated|measured|reported)"
    r"|re-?\s?measur\w+|revis\w+|amend\w+|on\s+(?:re-?\s?)?review|not)\b",
    re.IGNORECASE,
)
#: The old value as the addendum quotes it: "28 mm, not 23 mm", "instead of 23 mm", "was reported as 23 mm".
_QUOTES_OLD = re.compile(
    r"(?:\bnot|\binstead\s+of|\brather\s+than|\berron\w+(?:\s+\w+){0,4}|\bin\s+error(?:\s+\w+){0,3}|\breplac\w+|\b(?:reported|stated|given|dictated|typed|recorded)\s+as|\bcorrected\s+from)"
    r"\s+(?:the\s+)?(?:as\s+)?(?:size\s+of\s+)?$",
    re.IGNORECASE,
)


#: Or behind it: "the figure of 23 mm is a typing error".
_CALLED_WRONG = re.compile(
    r"\W*(?:(?:in|of)\s(?:the\s)?(?:body\sof\s)?(?:the\s)?(?:original\s|first\s|main\s)?(?:report|text|findings|impression)\s)?(?:(?:is|was|being)\s)(?:an?\s)?"
    r"(?:typ\w+\s|dictation\s|transcription\s|clerical\s|voice\srecognition\s)?(?:error|mistake|incorrect|wrong|slip|typo|erroneous|not\scorrect)\b",
    re.IGNORECASE,
)


def is_quoted_old(text: str, mention: Mention) -> bool:
    """Whether a value is quoted as the wrong one."""
    before = text[max(mention.sentence_start, mention.start - 60) : mention.start]
    return _QUOTES_OLD.search(before) is not None or _CALLED_WRONG.match(text, mention.end) is not None


def find_superseded(
    document: Document, mentions: Sequence[Mention], lesions: Sequence[Sequence[int]]
) -> tuple[int, ...]:
    """The places of the mentions that an addendum corrects: the old value in the report, and where the addendum quotes it."""
    added = [
        at
        for at, one in enumerate(mentions)
        if _section(document, one) is Section.ADDENDUM and one.type is not MentionType.QUALITATIVE
    ]
    if not added:
        return ()
    quoted = [at for at in added if is_quoted_old(document.text, mentions[at])]
    superseded: set[int] = set(quoted)
    body = [
        at for at, one in enumerate(mentions) if at not in added and one.time is Time.CURRENT and one.kind is not None
    ]
    for at in quoted:
        superseded |= _old(mentions, body, mentions[at], lesions)
    for members in lesions:
        new = [at for at in members if at in added and at not in quoted and mentions[at].time is Time.CURRENT]
        if not new or not _CORRECTS.search(_around(document, mentions[new[0]])):
            continue
        for at in members:
            same_type = mentions[at].type is mentions[new[0]].type and mentions[at].time is Time.CURRENT
            if at in body and same_type and mentions[at].numbers != mentions[new[0]].numbers:
                superseded.add(at)
    return tuple(sorted(superseded))


def _old(mentions: Sequence[Mention], body: list[int], quote: Mention, lesions: Sequence[Sequence[int]]) -> set[int]:
    """The values of the report that a quotation repeats; with a segment only those there. Their lesion is one lesion."""
    fits = [at for at in body if mentions[at].type is quote.type and mentions[at].numbers[:1] == quote.numbers[:1]]
    there = [at for at in fits if quote.segments and set(mentions[at].segments) & set(quote.segments)]
    fits = there or fits
    held = {next((n for n, members in enumerate(lesions) if at in members), -1) for at in fits}
    return set(fits) if len(held) <= 1 or there else set()


def _around(document: Document, mention: Mention) -> str:
    """The sentence of a mention and the ones before it in the addendum."""
    start = next(
        (one.start for one in document.sentences if one.section is Section.ADDENDUM and one.start <= mention.start),
        mention.sentence_start,
    )
    return document.text[start : mention.sentence_end]


def _section(document: Document, mention: Mention) -> Section | None:
    sentence = document.sentence_at(mention.start)
    return sentence.section if sentence is not None else None
