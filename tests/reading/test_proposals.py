"""What a report proposes: each lesion to its row, with the reason, and nothing that nobody said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.reading.builders import BASELINE, DAY, followed, prior, reading, record, size, words
from tracker.domain.cells import read_cell
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import LesionRole, Modality, Primary, Segment, State, Statement
from tracker.domain.wording import format_date
from tracker.reading.model import (
    Change,
    CountQualifier,
    ExamSaid,
    Kind,
    LiverCount,
    LiverSaid,
    MentionType,
    OtherSaid,
    Qualifier,
    Reading,
)
from tracker.reading.proposals import Proposals, Suggestion, propose

RECORD = record(("L1", "VII", 31, 31), ("L2", "II", 18, 18), ("L3", "lymph node", (16, 12), (16, 12)))


def _propose(
    text: str, said: Reading, of: Any = RECORD, day: date | None = DAY, **roles: LesionRole | None
) -> Proposals:
    return propose(said, text, of, followed(of, **roles), day)


def _by_label(found: Proposals) -> dict[str, Suggestion]:
    assert len({one.label for one in found.suggestions}) == len(found.suggestions)
    return {one.label: one for one in found.suggestions}


# --- which row


def test_segment_and_quoted_prior_name_the_row() -> None:
    text = "The metastasis in segment VII measures 23 x 18 mm, previously 31 mm. Segment II: 17 mm."
    said = reading(
        size(text, "23 x 18 mm", mm=(23, 18), segments=("VII",), lesion="A", change=Change.DECREASED),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A", change=Change.DECREASED),
        size(text, "17 mm", mm=(17,), segments=("II",), lesion="B"),
    )
    found = _by_label(_propose(text, said))
    assert {label: (one.text, one.sure) for label, one in found.items()} == {
        "L1": ("23 x 18", True),
        "L2": ("17", True),
    }
    assert found["L1"].reason == "Segment VII and the prior of 31 mm quoted."
    assert text[found["L1"].start : found["L1"].end] == "23 x 18 mm"
    assert text[found["L1"].sentence_start : found["L1"].sentence_end].startswith("The metastasis in segment VII")
    assert found["L1"].quoted_prior == Length(31_000)


def test_a_quoted_prior_of_an_older_exam_says_of_which() -> None:
    text = "Segment VII 36 mm, previously 31 mm."
    said = reading(
        size(text, "36 mm", mm=(36,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
    )
    older = record(("L1", "VII", 31, 21))
    (one,) = propose(said, text, older, followed(older), None).suggestions
    assert one.reason == f"Segment VII and the prior of 31 mm quoted (its size of {format_date(BASELINE)})."


def test_a_quoted_prior_alone_names_the_row() -> None:
    text = "Right lobe 2.3 cm, was 3.1 cm. Left lobe 1.5 cm, was 1.8 cm."
    said = reading(
        size(text, "2.3 cm", mm=(23,), lobe="right", lesion="A"),
        prior(text, "3.1 cm", mm=(31,), lobe="right", lesion="A"),
        size(text, "1.5 cm", mm=(15,), lobe="left", lesion="B"),
        prior(text, "1.8 cm", mm=(18,), lobe="left", lesion="B"),
    )
    found = _by_label(_propose(text, said))
    assert [(one.label, one.text, one.sure) for one in found.values()] == [("L1", "23", True), ("L2", "15", True)]


@pytest.mark.parametrize(
    ("stored", "quoted", "sure"),
    [
        (31, 31, True),
        ("31.4", 31, True),  # the report rounds to whole millimetres
        (33, 31, True),  # within 2 mm
        (34, 31, False),  # another exam, another lesion or measured again: asked
    ],
)
def test_a_quoted_prior_is_the_stored_one_within_two_millimetres(stored: Any, quoted: int, sure: bool) -> None:
    text = "Segment VII 23 mm (previously 31 mm)."
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(quoted,), segments=("VII",), lesion="A"),
    )
    one = _by_label(_propose(text, said, record(("L1", "VII", stored), ("L2", "II", 18))))["L1"]
    assert (one.text, one.sure) == ("23", sure)
    if not sure:
        assert "the prior of 31 mm quoted is not the stored one (34 mm)" in one.reason


def test_a_neighbouring_segment_is_weaker_and_another_one_is_no_match() -> None:
    text = "Segment VI 30 mm. Segment III 17 mm."
    said = reading(
        size(text, "30 mm", mm=(30,), segments=("VI",), lesion="A"),
        size(text, "17 mm", mm=(17,), segments=("III",), lesion="B"),
    )
    proposals = _propose(text, said, record(("L1", "VII", 31), ("L2", "V", 18)))
    found = _by_label(proposals)
    assert not found["L1"].sure
    assert "segment VI is a neighbour of the recorded VII" in found["L1"].reason
    assert "L2" not in found
    assert [(one.segments, one.text) for one in proposals.new] == [("III", "17")]


def test_a_neighbouring_segment_with_the_quoted_prior_is_offered_with_the_doubt() -> None:
    text = "Segment VI 30 mm, previously 31 mm."
    said = reading(
        size(text, "30 mm", mm=(30,), segments=("VI",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VI",), lesion="A"),
    )
    one = _by_label(_propose(text, said))["L1"]
    assert not one.sure
    assert one.reason == "The prior of 31 mm quoted, but segment VI is a neighbour of the recorded VII."


def test_two_lesions_of_one_segment_are_told_apart_by_their_sizes() -> None:
    text = "Segment VII: 28 mm and 13 mm."
    said = reading(
        size(text, "28 mm", mm=(28,), segments=("VII",), lesion="A"),
        size(text, "13 mm", mm=(13,), segments=("VII",), lesion="B"),
    )
    found = _by_label(_propose(text, said, record(("L1", "VII", 14), ("L2", "VII", 31))))
    assert {label: (one.text, one.sure) for label, one in found.items()} == {"L1": ("13", True), "L2": ("28", True)}


def test_what_fits_two_rows_alike_is_not_guessed() -> None:
    text = "Segment VII: 24 mm."
    said = reading(size(text, "24 mm", mm=(24,), segments=("VII",), lesion="A"))
    proposals = _propose(text, said, record(("L2", "VII", 25), ("L4", "VII", 25)))
    (one,) = proposals.suggestions
    assert not one.sure
    assert one.others == ("L4",)
    assert one.reason == "Could be L2 or L4: segment VII."
    assert not proposals.says.segments


def test_nodes_and_organs_keep_to_their_own() -> None:
    text = "Portocaval node 9 mm short axis. Lung nodule 12 mm. Segment VII 31 mm."
    said = reading(
        size(text, "9 mm", mm=(9,), kind=Kind.NODE, organ="lymph node", short_axis=True, lesion="A"),
        size(text, "12 mm", mm=(12,), organ="lung", lesion="B"),
        size(text, "31 mm", mm=(31,), segments=("VII",), lesion="C"),
    )
    proposals = _propose(text, said)
    found = _by_label(proposals)
    assert {label: one.text for label, one in found.items()} == {"L1": "31", "L3": "9"}
    assert [(text[one.start : one.end], one.text) for one in proposals.unmatched] == [("12 mm", "12")]


def test_exams_on_or_after_the_day_are_no_priors_of_an_older_exam() -> None:
    text = "Segment VII 29 mm, previously 31 mm."
    said = reading(
        size(text, "29 mm", mm=(29,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
    )
    of = record(("L1", "VII", 31, 12), ("L2", "VII", 12, 31))
    assert _by_label(_propose(text, said, of, date(2026, 2, 1)))["L1"].sure
    assert _by_label(_propose(text, said, of, date(2026, 6, 1)))["L2"].sure


# --- what the box would hold


@pytest.mark.parametrize(
    ("quote", "fields", "text", "sure"),
    [
        ("2.3 x 1.8 cm", {"mm": (23, 18)}, "23 x 18", True),
        ("23.5 mm", {"mm": ("23.5",)}, "23.5 mm", True),
        ("4.5 mm", {"mm": ("4.5",)}, "4.5 mm", True),
        ("18 x 23 mm", {"mm": (18, 23)}, "23 x 18", True),
        ("23 x 18 x 20 mm", {"mm": (23, 18, 20)}, "23 x 18", True),
        ("18 x 20 x 23 mm", {"mm": (18, 20, 23)}, "23 x 20", False),  # the longest lies across the slices
        ("5 mm", {"mm": (5,), "qualifier": Qualifier.LESS_THAN}, "<5", True),
        ("23 mm", {"mm": (23,), "qualifier": Qualifier.APPROXIMATE}, "~23", True),
        ("15 mm", {"mm": (15,), "qualifier": Qualifier.MORE_THAN}, ">=15", True),
        ("23 mm", {"mm": (23,), "qualifier": Qualifier.UP_TO}, "23", True),
        ("20 to 23 mm", {"mm": (20, 23), "qualifier": Qualifier.RANGE}, "23", False),
        ("too small to characterise", {"type": MentionType.QUALITATIVE}, "ts", True),
        ("subcentimetre", {"type": MentionType.QUALITATIVE}, "ts", False),  # no number is given, none was impossible
        ("31 cm", {"mm": (310,)}, None, False),  # no lesion is that long
        ("12 mm", {"mm": (12,), "short_axis": True}, "12", False),
    ],
)  # fmt: skip
def test_the_box_takes_what_is_proposed(quote: str, fields: dict[str, Any], text: str | None, sure: bool) -> None:
    report = f"Segment II lesion, {quote} today."
    said = reading(size(report, quote, segments=("II",), lesion="A", **fields))
    found = _by_label(_propose(report, said, record(("L1", "II", None))))
    if text is None:
        assert not found
        return
    assert (found["L1"].text, found["L1"].sure) == (text, sure)
    read = read_cell(text, node=False, labels=frozenset())
    assert read.observation is not None
    assert not read.question
    if fields.get("mm") and text != "ts":
        values = [Decimal(str(one)) for one in fields["mm"]]
        assert read.observation.longest is not None
        assert read.observation.longest.mm == max(values[:2] if text == "23 x 18" else values)


@pytest.mark.parametrize(
    ("quote", "fields", "text", "sure"),
    [
        ("18 x 9 mm", {"mm": (18, 9)}, "18 x 9", True),
        ("9 mm", {"mm": (9,), "short_axis": True}, "9", True),
        ("9 mm", {"mm": (9,)}, "9", False),  # which axis is not said
    ],
)
def test_a_node_is_measured_by_its_short_axis(quote: str, fields: dict[str, Any], text: str, sure: bool) -> None:
    report = f"Portocaval node {quote}, previously 12 mm short axis."
    quoted = prior(report, "12 mm", mm=(12,), kind=Kind.NODE, organ="lymph node", short_axis=True, lesion="A")
    now = size(report, quote, kind=Kind.NODE, organ="lymph node", lesion="A", **fields)
    one = _by_label(_propose(report, reading(now, quoted)))["L3"]
    assert (one.text, one.sure) == (text, True), "the quoted prior is the stored short axis"
    one = _by_label(_propose(report, reading(now), record(("L3", "lymph node", 14))))["L3"]
    assert one.text == text
    assert "axis" in one.reason or sure


def test_a_short_axis_given_apart_stands_beside_the_longest() -> None:
    text = "Segment VII 23 mm, short axis 14 mm."
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        size(text, "14 mm", mm=(14,), segments=("VII",), lesion="A", short_axis=True),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text) for one in proposals.suggestions] == [("L1", "23 x 14")]
    assert not proposals.contradictions


def test_uptake_comes_with_the_size_or_alone() -> None:
    text = "Segment VII 23 mm, SUVmax 6.4. Segment II SUVmax 3.1, SUVmean 2.0."
    suv = {"type": MentionType.SUV, "mm": (), "label": "SUVmax"}
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        size(text, "6.4", segments=("VII",), lesion="A", value=Decimal("6.4"), **suv),
        size(text, "3.1", segments=("II",), lesion="B", value=Decimal("3.1"), **suv),
        size(text, "2.0", segments=("II",), lesion="B", value=Decimal("2.0"), **(suv | {"label": "SUVmean"})),
    )
    found = _by_label(_propose(text, said))
    assert {label: (one.text, one.suv) for label, one in found.items()} == {"L1": ("23", "6.4"), "L2": ("", "3.1")}


# --- words


def test_what_is_gone_is_absent() -> None:
    text = "The lesion in segment II is no longer seen. Segment VII 23 mm."
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        spans=[words(text, "no longer seen", "resolved", ["II"])],
    )
    one = _by_label(_propose(text, said))["L2"]
    assert (one.text, one.sure, text[one.start : one.end], one.reason) == ("a", True, "no longer seen", "Segment II.")


def test_a_prior_size_that_is_gone_is_absent_once() -> None:
    text = "The previously seen 18 mm lesion in segment II has resolved."
    said = reading(
        prior(text, "18 mm", mm=(18,), segments=("II",), lesion="A", change=Change.RESOLVED),
        spans=[words(text, "has resolved", "resolved", ["II"])],
    )
    (one,) = _propose(text, said).suggestions
    assert (one.label, one.text, text[one.start : one.end]) == ("L2", "a", "has resolved")


def test_no_liver_lesions_is_suggested_of_each_liver_row_and_never_sure() -> None:
    text = "No focal liver lesion. Node unchanged."
    said = reading(spans=[words(text, "No focal liver lesion", "no_liver_lesions")])
    found = _by_label(_propose(text, said))
    assert {label: (one.text, one.sure) for label, one in found.items()} == {"L1": ("a", False), "L2": ("a", False)}


def test_unchanged_without_a_number_makes_no_size() -> None:
    text = "The metastases in segment VII are unchanged. The lesion in segment II is stable."
    proposals = _propose(text, reading(), L2=LesionRole.NON_TARGET)
    found = _by_label(proposals)
    assert {label: one.text for label, one in found.items()} == {"L2": "p"}
    marks = {text[one.start : one.end]: str(one.tone) for one in proposals.marks}
    assert marks == {"unchanged": "said", "stable": "said"}


def test_unchanged_with_a_number_is_that_number() -> None:
    text = "Segment VII stable, 31 mm."
    said = reading(size(text, "31 mm", mm=(31,), segments=("VII",), lesion="A", change=Change.STABLE))
    assert [(one.label, one.text, one.sure) for one in _propose(text, said).suggestions] == [("L1", "31", True)]


@pytest.mark.parametrize(
    ("text", "label", "box"),
    [
        ("Segment VII cannot be assessed because of motion.", "L1", "ne motion"),
        ("The lesion in segment II is not evaluable on this unenhanced scan.", "L2", "ne no contrast"),
        ("Segment VII: non-evaluable.", "L1", "ne as reported"),
        ("Ablation zone in segment II without enhancement.", "L2", "t ablation"),
        ("Status after resection of segment VII.", "L1", "t resection"),
        ("Unequivocal progression of the lesion in segment II.", "L2", "up"),
        ("No unequivocal progression of the lesion in segment II.", None, ""),
        ("Segment VII is not unchanged.", None, ""),
    ],
)
def test_states_in_words(text: str, label: str | None, box: str) -> None:
    found = _by_label(_propose(text, reading(), L2=LesionRole.NON_TARGET))
    assert {one: found[one].text for one in found} == ({label: box} if label else {})
    if label:
        assert read_cell(box, node=False, labels=frozenset()).observation is not None


def test_lesions_that_grew_together_are_one_that_carries_the_size() -> None:
    text = "Confluent metastasis in segments VII and VIII, 45 mm."
    said = reading(size(text, "45 mm", mm=(45,), segments=("VII", "VIII"), lesion="A"))
    of = record(("L1", "VII", 31), ("L2", "VIII", 12), ("L3", "II", 18))
    found = _by_label(_propose(text, said, of))
    assert {label: (one.text, one.sure) for label, one in found.items()} == {"L1": ("45", False), "L2": ("m L1", False)}
    read = read_cell(found["L2"].text, node=False, labels=frozenset({"L1"}))
    assert read.observation is not None
    assert read.observation.into == "L1"


# --- new lesions


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("New lesion in segment V, 9 mm.", ""),
        ("New 9 mm lesion in segment V, indeterminate.", "equivocal"),
        ("Possible new lesion in segment V, 9 mm.", "equivocal"),
        ("New 9 mm metastasis in segment V.", "unequivocal"),
        ("Unequivocal new lesion in segment V, 9 mm.", "unequivocal"),
        ("New 9 mm lesion in segment V, suspicious for metastasis.", "equivocal"),
    ],
)
def test_a_new_lesion_is_as_certain_as_the_report(text: str, certainty: str) -> None:
    said = reading(size(text, "9 mm", mm=(9,), segments=("V",), lesion="A", new=True, change=Change.NEW))
    proposals = _propose(text, said)
    (new,) = proposals.new
    assert (new.organ, new.segments, new.text, new.certainty) == ("liver", "V", "9", certainty)
    assert not proposals.suggestions
    assert read_cell(f"eq {new.text}", node=False, labels=frozenset(), new=True).observation is not None


def test_the_doubt_may_stand_in_the_impression_only() -> None:
    text = "New 12 x 10 mm lesion in segment V. Impression: new 12 mm lesion, suspicious for metastasis."
    said = reading(
        size(text, "12 x 10 mm", mm=(12, 10), segments=("V",), lesion="A", new=True),
        size(text, "12 mm", mm=(12,), segments=("V",), lesion="A", new=True),
    )
    assert [(one.text, one.certainty) for one in _propose(text, said).new] == [("12 x 10", "equivocal")]


def test_a_new_lesion_is_never_put_into_the_row_of_an_old_one() -> None:
    text = "New 30 mm lesion in segment VII."
    said = reading(size(text, "30 mm", mm=(30,), segments=("VII",), lesion="A", new=True))
    proposals = _propose(text, said)
    assert not proposals.suggestions
    assert [one.reason for one in proposals.new] == ["Called new in segment VII."]


def test_what_fits_nothing_in_the_liver_may_be_new_and_says_so() -> None:
    text = "Segment IVb 9 mm."
    said = reading(size(text, "9 mm", mm=(9,), segments=("IVb",), lesion="A"))
    proposals = _propose(text, said, record(("L1", "VII", 31)))
    assert [(one.text, one.certainty, one.reason) for one in proposals.new] == [
        ("9", "", "Fits no lesion that is followed in segment IVb.")
    ]


def test_new_lesions_without_a_size_have_a_row_without_a_size() -> None:
    text = "Multiple new liver metastases."
    proposals = _propose(text, reading(spans=[words(text, "new liver metastases", "new")]))
    assert [(one.text, one.certainty) for one in proposals.new] == [("", "unequivocal")]


def test_seen_in_retrospect_is_dated_to_the_exam_compared_with() -> None:
    text = "New 9 mm lesion in segment V, in retrospect visible on the prior."
    compared = date(2026, 1, 5)
    said = reading(
        size(text, "9 mm", mm=(9,), segments=("V",), lesion="A", new=True), exam=ExamSaid(comparison_date=compared)
    )
    assert _propose(text, said).new[0].first_seen == compared


# --- what must never be proposed


def test_prior_superseded_and_other_values_are_never_proposed() -> None:
    text = "Segment VII previously 31 mm. Cyst in segment II 12 mm. No node above 10 mm. Segment II 21 mm. Addendum: 12.5 mm."
    said = reading(
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
        size(text, "12 mm", mm=(12,), segments=("II",), kind=Kind.OTHER_FINDING),
        size(text, "10 mm", mm=(10,), kind=Kind.REFERENCE, organ="lymph node"),
        size(text, "21 mm", mm=(21,), segments=("II",), lesion="B", superseded=True),
        size(text, "12.5 mm", mm=("12.5",), segments=("II",), lesion="B"),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text) for one in proposals.suggestions] == [("L2", "12.5 mm")]
    tones = {text[one.start : one.end]: str(one.tone) for one in proposals.marks}
    assert tones == {"31 mm": "prior", "12 mm": "plain", "10 mm": "plain", "21 mm": "prior", "12.5 mm": "current"}


# --- contradictions


def test_two_sizes_of_one_lesion_are_both_offered_and_none_is_chosen() -> None:
    text = "Segment VII 23 mm. Impression: segment VII metastasis 32 mm."
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        size(text, "32 mm", mm=(32,), segments=("VII",), lesion="A"),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text, one.sure) for one in proposals.suggestions] == [
        ("L1", "23", False),
        ("L1", "32", False),
    ]
    assert len({one.id for one in proposals.suggestions}) == 2
    (contradiction,) = proposals.contradictions
    assert [text[start:end] for start, end in contradiction.spans] == ["23 mm", "32 mm"]
    assert contradiction.labels == ("L1",)


def test_the_same_size_said_twice_is_no_contradiction() -> None:
    text = "Segment VII 23 x 18 mm. Impression: 2.3 cm metastasis in segment VII."
    said = reading(
        size(text, "23 x 18 mm", mm=(23, 18), segments=("VII",), lesion="A"),
        size(text, "2.3 cm", mm=(23,), segments=("VII",), lesion="A"),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text, one.sure) for one in proposals.suggestions] == [("L1", "23 x 18", True)]
    assert not proposals.contradictions


def test_two_segments_of_one_lesion_are_shown() -> None:
    text = "Segment V 31 mm. Impression: 31 mm lesion in segment VII."
    said = reading(
        size(text, "31 mm", mm=(31,), segments=("V",), lesion="A"),
        size(text, "31 mm", nth=2, mm=(31,), segments=("VII",), lesion="A"),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.sure) for one in proposals.suggestions] == [("L1", False)]
    assert [one.words for one in proposals.contradictions] == ["segment V in one place, segment VII in another"]


def test_a_reduction_to_a_larger_number_is_shown() -> None:
    text = "Segment II reduced from 18 to 25 mm."
    said = reading(
        prior(text, "18", mm=(18,), segments=("II",), lesion="A", change=Change.DECREASED),
        size(text, "25 mm", mm=(25,), segments=("II",), lesion="A", change=Change.DECREASED),
    )
    proposals = _propose(text, said)
    assert [(one.text, one.sure) for one in proposals.suggestions] == [("25", False)]
    assert [text[start:end] for start, end in proposals.contradictions[0].spans] == ["18", "25 mm"]


def test_gone_in_one_place_and_measured_in_another() -> None:
    text = "Segment II 12 mm. Impression: the segment II lesion is no longer seen."
    said = reading(
        size(text, "12 mm", mm=(12,), segments=("II",), lesion="A"),
        spans=[words(text, "no longer seen", "resolved", ["II"])],
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text, one.sure) for one in proposals.suggestions] == [
        ("L2", "12", False),
        ("L2", "a", False),
    ]
    assert proposals.contradictions[0].words == "L2 is no longer seen in one place and 12 mm in another"
    assert {one.reason for one in proposals.suggestions} == {
        "Segment II; of L2 the report says something else as well."
    }


def test_another_size_in_the_impression_is_a_second_reading_of_the_row_and_no_new_lesion() -> None:
    text = (
        "FINDINGS:\nSegment VII 30 mm, previously 31 mm.\nIMPRESSION:\nSegment VII metastasis now 45 mm, progressive.\n"
    )
    said = reading(
        size(text, "30 mm", mm=(30,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
        size(text, "45 mm", mm=(45,), segments=("VII",), lesion="B"),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.text, one.sure) for one in proposals.suggestions] == [
        ("L1", "30", False),
        ("L1", "45", False),
    ]
    assert proposals.new == ()
    assert proposals.unmatched == ()
    assert [(one.words, one.labels) for one in proposals.contradictions] == [
        ("30 mm in one place, 45 mm in another", ("L1",))
    ]


def test_a_lesion_that_the_impression_calls_new_stays_a_new_one() -> None:
    text = "FINDINGS:\nSegment VII 30 mm, previously 31 mm.\nIMPRESSION:\nNew segment VII metastasis of 45 mm.\n"
    said = reading(
        size(text, "30 mm", mm=(30,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
        size(text, "45 mm", mm=(45,), segments=("VII",), lesion="B", new=True),
    )
    proposals = _propose(text, said)
    assert [(one.label, one.sure) for one in proposals.suggestions] == [("L1", True)]
    assert [one.text for one in proposals.new] == ["45"]


def test_what_is_not_sure_says_why() -> None:
    text = "Segment VII 90 mm."
    said = reading(size(text, "90 mm", mm=(90,), segments=("VII",), lesion="A"))
    (one,) = _propose(text, said).suggestions
    assert (one.sure, one.reason) == (False, "Segment VII; its size may be too far from the 31 mm before.")


@pytest.mark.parametrize(("says", "new"), [("no_liver_lesions", False), ("no_new_lesions", True)])
def test_a_statement_against_a_value_is_shown(says: str, new: bool) -> None:
    text = "Liver: none. Segment V 12 mm."
    said = reading(
        size(text, "12 mm", mm=(12,), segments=("V",), lesion="A", new=new), spans=[words(text, "none", says)]
    )
    assert len(_propose(text, said).contradictions) == 1


# --- the fields, the checks, the patient


def test_the_fields_of_the_scan_are_suggested_with_their_words() -> None:
    text = "CT abdomen 2 March 2026, portal venous phase, 3 mm slices. Four liver metastases. No new liver lesion. No new nodes."
    said = Reading(
        exam=ExamSaid(Modality.CT, date(2026, 3, 2), date(2026, 1, 5)),
        liver=LiverSaid(
            LiverCount(CountQualifier.EXACT, 4),
            no_new_lesions=True,
            spans=(words(text, "Four", "count"), words(text, "No new liver lesion", "no_new_lesions")),
        ),
        others=OtherSaid(
            {"lymph nodes": Statement.NONE},
            {"lymph nodes": (text.index("No new nodes"), text.index("No new nodes") + 12)},
            phase="portal venous",
            slice_mm=Decimal(3),
        ),
    )
    found = {one.field: (dict(one.sets), one.words) for one in _propose(text, said).header}
    assert found == {
        "performed_on": ({"performed_on": "2026-03-02"}, "2 March 2026"),
        "modality": ({"modality": "CT"}, "CT"),
        "phase": ({"phase": "portal venous"}, "portal venous"),
        "slice": ({"slice": "3"}, "3 mm"),
        "count": ({"count_kind": "exact", "count": "4"}, "Four"),
        "statements.liver": ({"statements.liver": "stated none"}, "No new liver lesion"),
        "statements.lymph nodes": ({"statements.lymph nodes": "stated none"}, "No new nodes"),
    }


def test_what_the_checks_compare_is_filled() -> None:
    text = "Segment VI 30 mm, previously 28 mm. Sum 48 mm."
    said = reading(
        size(text, "30 mm", mm=(30,), segments=("VI",), lobe="right", lesion="A"),
        prior(text, "28 mm", mm=(28,), segments=("VI",), lobe="right", lesion="A"),
        exam=ExamSaid(Modality.CT, DAY, date(2026, 1, 5)),
        others=OtherSaid(
            sum_mm=Decimal(48), change_percent=Decimal(-12), birth_date=date(1950, 5, 5), identifiers=("P01",)
        ),
    )
    says = _propose(text, said, record(("L1", "VI", 31))).says
    assert (says.priors, says.segments, says.sides) == ({"L1": Length(28_000)}, {"L1": (Segment.VI,)}, {"L1": "right"})
    assert (says.comparison, says.sum_of_targets, says.change) == (date(2026, 1, 5), Length(48_000), Decimal(-12))
    assert (says.birth_year, says.identifiers, says.places) == (1950, ("P01",), ((Segment.VI,),))


@pytest.mark.parametrize(
    ("others", "patient", "words_"),
    [
        (OtherSaid(birth_year=1950), {"birth_year": 1951}, "birth year 1950"),
        (OtherSaid(birth_date=date(1950, 1, 1)), {"birth_year": 1951}, "birth year 1950"),
        (OtherSaid(identifiers=("P02",)), {}, "another number than P01"),
        (OtherSaid(primary="breast"), {"primary": Primary.COLORECTAL}, "breast"),
    ],
)
def test_a_report_of_another_patient_is_warned_of(others: OtherSaid, patient: dict[str, Any], words_: str) -> None:
    of = replace(RECORD, patient=replace(RECORD.patient, **patient))
    (warning,) = _propose("x", reading(others=others), of).warnings
    assert words_ in warning


def test_a_report_in_which_no_lesion_fits_any_segment_is_warned_of() -> None:
    text = "Segment III 9 mm."
    said = reading(size(text, "9 mm", mm=(9,), segments=("III",), lesion="A"))
    assert len(_propose(text, said, record(("L1", "VII", 31))).warnings) == 1
    assert not _propose(text, said).warnings


def test_proposals_are_plain_json() -> None:
    text = "CT. Segment VII 23 mm, previously 31 mm. New lesion in segment V, 9 mm."
    said = reading(
        size(text, "23 mm", mm=(23,), segments=("VII",), lesion="A"),
        prior(text, "31 mm", mm=(31,), segments=("VII",), lesion="A"),
        size(text, "9 mm", mm=(9,), segments=("V",), lesion="B", new=True),
        exam=ExamSaid(Modality.CT, DAY, DAY - timedelta(days=56)),
        others=OtherSaid(sum_mm=Decimal("48.5"), change_percent=Decimal("-12.5")),
    )
    plain = _propose(text, said).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["suggestions"][0]["quoted_prior"] == 31_000


def test_a_size_whose_sentence_says_that_it_is_not_seen_is_never_sure() -> None:
    text = "The 17 mm segment II lesion seen on MRI is not visible on CT."
    said = reading(size(text, "17 mm", mm=(17,), segments=("II",), lesion="A"))
    (one,) = _propose(text, said).suggestions
    assert (one.text, one.sure) == ("17", False)
    assert one.reason.endswith("its sentence says “not visible”.")


def test_the_size_of_what_was_ablated_is_never_sure() -> None:
    text = "Ablation cavity segment II 34 x 27 mm, covers the 18 mm metastasis."
    said = reading(
        size(text, "34 x 27 mm", mm=(34, 27), segments=("II",), kind=Kind.OTHER_FINDING),
        size(text, "18 mm", mm=(18,), segments=("II",), lesion="A"),
    )
    found = _propose(text, said).suggestions
    assert [(one.label, one.text, one.sure) for one in found] == [("L2", "t ablation", False), ("L2", "18", False)]
    assert found[1].reason.endswith("its sentence says “Ablation”.")


def test_a_row_that_was_gone_before_is_taken_with_a_doubt() -> None:
    text = "Segment VII 8 mm."
    said = reading(size(text, "8 mm", mm=(8,), segments=("VII",), lesion="A"))
    (one,) = _propose(text, said, record(("L1", "VII", 10, State.ABSENT))).suggestions
    assert not one.sure
    assert "was absent before" in one.reason
