"""How and when the examination was made, and with which it was compared.

The date of a dictation, a signature, a birth or an operation is never that of the examination.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.domain.vocabulary import Modality
from tracker.errors import Problem
from tracker.reading.dates import DateSaid, find_dates
from tracker.reading.model import Document, ExamSaid, Section

_MODALITIES: tuple[tuple[Modality, str], ...] = (
    (Modality.PET_MR, r"PET[\s/-]*(?:MRI?|magnetic)"),
    (
        Modality.PET_CT,
        r"PET\b(?!\s*-?\s*negative)|positron[\s-]+emission|(?:FDG|PSMA|DOTATATE|DOTATOC|DOTANOC)[\s-]*(?:PET|avid\b)|18\s?F-?\s?FDG|F-?18[\s-]*(?:FDG|fluoro)"
        r"|fluorodeoxyglucose",
    ),
    (Modality.MR, r"MRI|MRT|MRCP|MR\b(?!\.)|magnetic\s+resonance|NMR"),
    (Modality.CT, r"CT\b|CTs?\b|CTA|CECT|HRCT|MDCT|CAT\s+scan|computed\s+tomogra\w+|computeri[sz]ed\s+tomogra\w+|tomodensitometr\w+"),
    (Modality.US, r"ultrasound|ultrasonogra\w+|sonogra\w+|US\b|CEUS|echo(?:cardio)?gra\w+|doppler"),
    (Modality.NM, r"scintigra\w+|bone\s+scan|octreotide\s+scan|SPECT"),
    (Modality.XR, r"radiograph\w*|x-?ray|plain\s+film"),
)  # fmt: skip
_MODALITY = re.compile(
    r"(?<![A-Za-z])(?:" + "|".join(f"(?P<m{at}>{words})" for at, (_, words) in enumerate(_MODALITIES)) + r")(?![a-z])",
)
_ANY_CASE = re.compile(_MODALITY.pattern.replace("|US\\b", ""), re.IGNORECASE)
#: Techniques that name no modality by its name.
_BY_TECHNIQUE = re.compile(
    r"\b(?P<mr>gado\w+|primovist|eovist|T[12]-?(?:weighted|w\b)|diffusion[\s-]weighted|DWI|hepatobiliary\s+phase|Dixon|HASTE|VIBE)"
    r"|\b(?P<ct>helical|spiral\s+acquisition|multi-?detector|collimation|iodinated|iodine|isovue|omnipaque|optiray|iohexol|iopromide|ultravist|visipaque|iomeron|kVp)"
    r"|\b(?P<us>transducer|gr[ae]y-?scale|real[\s-]time\s+imaging|sonogra\w+)",
    re.IGNORECASE,
)
_UPTAKE = re.compile(
    r"\bSUV(?!-?\s*(?:not|n/a))|\bSUL\s*peak|hyper-?metabol|FDG[\s-]*avid|tracer\s+uptake|\b(?:MBq|mCi)\b.{0,30}\b(?:FDG|F-?18)",
    re.IGNORECASE,
)
_OTHER_EXAM = re.compile(
    r"\b(?:compar\w*|previous\w*|prior|earlier|last|recent\w*|correlat\w*|outside|known\s+from|on\s+the\s+(?:bone|CT|MRI|PET)|recommend\w*|suggest\w*|advis\w*"
    r"|consider\w*|dated|repeat|follow-?\s?up\s+(?:with|by)|versus|vs\.?|further|dedicated|may\s+be|would\s+be|guid(?:ed|ance))\b",
    re.IGNORECASE,
)
_ONLY_ADVISED = re.compile(
    r"\b(?:recommend|advis|would\s+be|may\s+be\s+(?:of|help)|could\s+be\s+(?:of|help)|benefit|suggested|indicated)",
    re.IGNORECASE,
)

#: The most dates that are looked at; a report has a handful.
MOST_DATES = 200
_EXAM_LABEL = re.compile(
    r"(?:date\s+(?:of\s+(?:the\s+)?)?(?:exam(?:ination)?|study|scan|service|procedure|imaging|acquisition|CT|MRI?|PET(?:/CT)?|ultrasound)"
    r"|(?:exam(?:ination)?|study|scan|service|procedure|imaging|acquisition|CT|MRI|PET(?:/CT)?)\s*(?:date|(?:was\s+)?(?:performed|acquired|obtained|done|carried\s+out)(?:\s+on)?)"
    r"|(?:performed|acquired|obtained|scanned|examined|imaged|carried\s+out)(?:\s+(?:on|at)(?:\s+the)?)?|DOS|DOE)"
    r"(?:\s*/\s*time|\s+and\s+time)?\s*[:=,-]?\s*(?:\w{3,9}day\s*,?\s*)?$",
    re.IGNORECASE,
)
_TITLE_BEFORE = re.compile(
    r"(?:^|[.,]\s*)\s*(?:the\s+|this\s+|present\s+|current\s+|today's\s+)?(?:CT|MRI?|PET(?:[/-]CT)?|ultrasound)(?:\s+(?!bone|showed|with(?!\s+(?:IV|i\.v|intraven|oral|contrast)))[\w/&-]+){0,6}\s*"
    r"(?:,|\(|from|of|dated|on)?\s*$",
    re.IGNORECASE,
)
_PLAIN_LABEL = re.compile(r"(?:^|[\n|;,.])\s*(?:date|on)\s*[:=]?\s*$", re.IGNORECASE)
_NOT_THE_EXAM = re.compile(
    r"\b(?:dictat\w*|report(?:ed|ing)?(?:\s+(?:date|on|by))?|authori[sz]\w*|sign(?:ed|ature)\w*|transcri\w*|print\w*|verif\w*|approv\w*|validat\w*|finali[sz]\w*|released"
    r"|issued|typed|addend\w*|amended|electronic\w*|birth|born|DOB|D\.O\.B\.?|d\.o\.b|age|request\w*|order(?:ed)?|referr\w*|receiv\w*|surger\w*|operat\w*|resect\w*|hepatectomy"
    r"|chemotherap\w*|therap\w*|treat\w*|cycles?|start(?:ed)?|since|diagnos\w*|biops\w*|ablat\w*|admi(?:tted|ssion)|discharge\w*|next|appointment|planned|due|created"
    r"|compar\w*|prior|previous\w*|versus|vs\.?|earlier|last|discussed|communicated|telephon\w*|notified)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:compar\w+|comparison|prior|previous(?:ly)?|earlier|versus|vs\.?|since|last|baseline|nadir|reference(?:d)?|correlat\w+|priors?|old|unchanged\s+from|than\s+on|as\s+of)\b"
    r"|\b(?:from|of|dated|on)\s*(?:the\s+)?$|\(\s*$",
    re.IGNORECASE,
)
_IS_COMPARING = re.compile(
    r"\b(?:compar\w+|prior|prev\.?|previous(?:ly)?|earlier|versus|vs\.?|since\s+(?:the|\d|[A-Z])|last|baseline|nadir|reference(?:d)?|unchanged\s+from|than\s+on|old\s+(?:CT|MRI|PET|scan|images))\b",
    re.IGNORECASE,
)
_NO_EXAM_DATE = re.compile(
    r"\b(?:birth|born|DOB|surger\w*|operat\w*|\w*resect\w*|\w+ectomy|chemotherap\w*|therap\w*|treatment|cycles?|started|stopped|diagnos\w*|biops\w*|ablat\w*|SIRT|TACE|admitted|"
    r"dictat\w*|report(?:ed)?\s+(?:on|by|date)|signed|authori[sz]\w*|transcri\w*|discussed|colectomy|metastasectomy|histolog\w*|patholog\w*)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)


def examine(document: Document) -> tuple[ExamSaid, tuple[Problem, ...]]:
    """What the report says of its examination, and a sentence for each of its dates that can be read in two ways."""
    dates = _read_dates(document)
    said = _find_exam_date(document, dates)
    compared = [one for one in _comparison_dates(document, dates) if one is not said]
    performed = said.day if said is not None else None
    days = [one.day for one in compared if one.day is not None and (performed is None or one.day < performed)]
    problems = [_two_ways("exam.date", said)] if said is not None and said.day is None else []
    problems += [_two_ways("exam.comparison_date", one) for one in compared if one.day is None][:1]
    return ExamSaid(_find_modality(document), performed, max(days, default=None)), tuple(problems)


def _read_dates(document: Document) -> tuple[DateSaid, ...]:
    """The dates of the report. Where no date alone proves its order, that none is compared with later than it is made may."""
    dates = find_dates(document.text)[:MOST_DATES]
    if all(said.day is not None for said in dates):
        return dates
    possible = []
    for day_first in (True, False):
        ordered = find_dates(document.text, day_first)[:MOST_DATES]
        said = _find_exam_date(document, ordered)
        compared = [one.day for one in _comparison_dates(document, ordered) if one is not said and one.day is not None]
        if said is not None and said.day is not None and compared and all(day < said.day for day in compared):
            possible.append(ordered)
    return possible[0] if len(possible) == 1 else dates


def _two_ways(place: str, said: DateSaid) -> Problem:
    first, second = (day.isoformat() for day in said.readings[:2])
    where = f"characters {said.start} to {said.end}"
    return Problem(place, f"the date at {where} is {first} or {second}, and nothing in the report shows which")


def _find_modality(document: Document) -> Modality | None:
    """The modality by the title, then the technique, then the sentences; uptake values make a PET/CT of a CT."""
    named = _by_name(document, (Section.HEADER,)) or _by_name(document, (Section.TECHNIQUE,))
    if named is None:
        named = _by_technique(document, (Section.TECHNIQUE, Section.HEADER))
    if named is None:
        named = _by_name(document, (Section.FINDINGS, Section.INDICATION, Section.IMPRESSION)) or _by_technique(
            document, tuple(Section)
        )
    if named in (Modality.CT, None) and _has_uptake(document):
        return Modality.PET_CT
    return (
        Modality.PET_MR
        if named is Modality.MR and _has_uptake(document) and re.search(r"\bPET\b", document.text)
        else named
    )


def _by_name(document: Document, sections: tuple[Section, ...]) -> Modality | None:
    """The first modality named for this examination; a PET named with it wins, it is one examination."""
    for section in sections:
        found: list[Modality] = []
        for sentence in _with_headings(document, section):
            words = _own_part(sentence)
            pattern = _ANY_CASE if section is Section.HEADER else _MODALITY
            if _ONLY_ADVISED.search(sentence):
                continue
            matches = sorted((*pattern.finditer(words), *_MODALITY.finditer(words)), key=lambda match: match.start())
            found += [_MODALITIES[int((match.lastgroup or "m0")[1:])][0] for match in matches]
        if section is not Section.HEADER:
            found = [one for one in found if one is not Modality.XR]
        if found:
            return next((one for one in found if one.has_pet and found[0] is not Modality.MR), found[0])
    return None


def _with_headings(document: Document, section: Section) -> Iterator[str]:
    """The sentences of a section; for the header the whole text before the first other section, titles included."""
    if section is not Section.HEADER:
        yield from (document.say(one) for one in document.sentences if one.section is section)
        return
    others = [one.start for one in document.sentences if one.section is not Section.HEADER]
    first = min(others, default=len(document.text))
    head = document.text[:first]
    # A report may begin with its impression: the title stands after it then.
    head += "".join(
        f"\n{document.say(one)}" for one in document.sentences if one.section is Section.HEADER and one.start > first
    )
    yield from (line for line in re.split(r"[\n\r]+|(?<=[.,]),|(?<=\.)\s", head) if line.strip())


def _own_part(words: str) -> str:
    """The words up to where another examination is spoken of."""
    other = _OTHER_EXAM.search(words)
    return words[: other.start()] if other else words


def _by_technique(document: Document, sections: tuple[Section, ...]) -> Modality | None:
    for section in sections:
        for words in _with_headings(document, section):
            match = _BY_TECHNIQUE.search(words)
            if match:
                return {"mr": Modality.MR, "ct": Modality.CT, "us": Modality.US}[match.lastgroup or "ct"]
    return None


def _has_uptake(document: Document) -> bool:
    """Uptake of this examination: a value or its words, not said of another one."""
    return any(
        _UPTAKE.search(_own_part(document.say(one)))
        for one in document.sentences
        if one.section in (Section.TECHNIQUE, Section.FINDINGS, Section.IMPRESSION, Section.HEADER)
    )


def _find_exam_date(document: Document, dates: tuple[DateSaid, ...]) -> DateSaid | None:
    """The date with a label of the examination; then one in the title; then a plain ``Date:``; then "performed on"."""
    text = document.text
    others = [one.start for one in document.sentences if one.section is not Section.HEADER]
    head_end = min(others, default=len(text))
    ranked: list[tuple[int, int, DateSaid]] = []
    for said in dates:
        line = _line_before(text, said.start)
        section = _section_of(document, said.start)
        in_head = said.start < head_end or section is Section.HEADER
        if section is Section.INDICATION:
            if _TITLE_BEFORE.search(line) and re.match(r"[.;,]?\s*(?:\n|$|[A-Z])", text[said.end : said.end + 80]):
                ranked.append((4, said.start, said))
        elif _EXAM_LABEL.search(line) and not _NOT_THE_EXAM.search(line[-60:] if section is Section.HEADER else line):
            ranked.append((0 if in_head else 3, said.start, said))
        elif _NOT_THE_EXAM.search(line) or section is Section.COMPARISON:
            continue
        elif in_head and _ANY_CASE.search(_whole_line(text, said)):
            ranked.append((1, said.start, said))
        elif in_head and (_PLAIN_LABEL.search(line) or not line.strip()):
            ranked.append((2, said.start, said))
        elif section is not Section.ADDENDUM and _TITLE_BEFORE.search(line):
            ranked.append((4, said.start, said))
    return min(ranked, default=(0, 0, None))[2]


def _line_before(text: str, at: int) -> str:
    """What stands before a place on its line, up to the last sentence's end or another date's line."""
    start = max(
        text.rfind("\n", 0, at),
        text.rfind(";", 0, at),
        text.rfind("|", 0, at),
        text.rfind(".,", 0, at),
        text.rfind("\t", 0, at),
        at - 120,
    )
    line = text[start + 1 : at]
    return re.split(r"(?<=\d{4})\s*[,.]?\s+(?=[A-Z][a-z]+(?:\s\w+)?\s*:)", line)[-1]


def _whole_line(text: str, said: DateSaid) -> str:
    start, end = text.rfind("\n", 0, said.start) + 1, text.find("\n", said.end)
    return text[max(start, said.start - 300) : min(end if end >= 0 else len(text), said.end + 300)]


def _section_of(document: Document, at: int) -> Section:
    sentence = document.sentence_at(at)
    if sentence is not None:
        return sentence.section
    before = [one for one in document.sentences if one.end <= at]
    return before[-1].section if before else Section.HEADER


def _comparison_dates(document: Document, dates: Iterable[DateSaid]) -> tuple[DateSaid, ...]:
    """The dates of examinations compared with: all of a comparison section, elsewhere those said after a word of comparing."""
    found = []
    for said in dates:
        sentence = document.sentence_at(said.start)
        section = _section_of(document, said.start)
        start = sentence.start if sentence else document.text.rfind("\n", 0, said.start) + 1
        words = document.text[max(start, said.start - 160) : said.start]
        if re.search(r"\baddend\w+", words, re.IGNORECASE):
            continue
        if _NO_EXAM_DATE.search(words):
            continue
        told = section is not Section.INDICATION or re.match(r"\s*compar", words, re.IGNORECASE) is not None
        if section is Section.COMPARISON or (told and _IS_COMPARING.search(words)):
            found.append(said)
    return tuple(found)
