"""The waterfall: worst first, no line that is not RECIST's, nobody lost in silence."""

from __future__ import annotations

from decimal import Decimal

from tracker.domain.vocabulary import Response
from tracker.pictures.shapes import Shape, Tone
from tracker.pictures.waterfall import MOST_BARS, MOST_SHAPES, BestChange, derive_waterfall


def change(number: int, percent: str | None, response: Response | None = Response.SD) -> BestChange:
    return BestChange(number, f"P-{number:03}", 1, None if percent is None else Decimal(percent), response)


def test_bars_fall_from_left_to_right_with_their_shapes() -> None:
    picture = derive_waterfall(
        [change(1, "-54.9", Response.PR), change(2, "26.0", Response.PD), change(3, "-10.0"), change(4, None, None)]
    )
    assert [bar.height for bar in picture.bars] == [26.0, -10.0, -54.9]
    assert [bar.shape for bar in picture.bars] == [Shape.TRIANGLE_UP, Shape.SQUARE, Shape.TRIANGLE_DOWN]
    assert [bar.tone for bar in picture.bars] == [Tone.PD, Tone.SD, Tone.PR]


def test_the_sentence_counts_who_is_not_drawn() -> None:
    picture = derive_waterfall([change(1, "-30.0", Response.PR), change(2, "-29.9"), change(3, None, None)])
    assert picture.sentence == (
        "Best change of the sum of targets in 2 courses: from −29.9 % to −30.0 %; 1 reached −30 % or less. "
        "1 course without a later sum is not drawn."
    )
    assert picture.table.rows == (("P-002", "1", "−29.9 %", "SD"), ("P-001", "1", "−30.0 %", "PR"))


def test_a_bar_beyond_the_scale_is_held_and_says_its_value() -> None:
    picture = derive_waterfall([change(1, "250.0", Response.PD)])
    assert picture.bars[0].height == 100
    assert "+250.0 %" in picture.bars[0].text


def test_nothing_to_draw_is_said() -> None:
    assert derive_waterfall([]).sentence == "No course has a baseline sum and a later one."


def test_of_very_many_courses_an_even_share_is_drawn_and_said() -> None:
    changes = [change(number, str(-number / 100)) for number in range(2 * MOST_BARS)]
    picture = derive_waterfall(changes)
    assert len(picture.bars) == len(picture.table.rows) == MOST_BARS
    assert (picture.bars[0].height, picture.bars[-1].height) == (0.0, -(2 * MOST_BARS - 1) / 100)
    assert f"in {2 * MOST_BARS} courses" in picture.sentence
    assert f"An even share of them is drawn, {MOST_BARS} bars." in picture.sentence
    assert len(derive_waterfall(changes[:MOST_BARS]).bars) == MOST_BARS
    assert "share" not in derive_waterfall(changes[:MOST_BARS]).sentence


def test_under_more_bars_than_shapes_fit_every_second_or_third_has_its_shape() -> None:
    few = derive_waterfall([change(number, str(-number)) for number in range(MOST_SHAPES)])
    assert all(bar.shown for bar in few.bars)
    many = derive_waterfall([change(number, str(-number / 10)) for number in range(400)])
    shown = [at for at, bar in enumerate(many.bars) if bar.shown]
    assert shown == list(range(0, 400, 4))
    assert "A shape stands under one bar in 4." in many.sentence


def test_the_focused_patient_is_never_left_out_of_a_share() -> None:
    changes = [change(number, str(-number / 100)) for number in range(3 * MOST_BARS)]
    left_out = {one.patient_id for one in changes} - {bar.patient_id for bar in derive_waterfall(changes).bars}
    picture = derive_waterfall(changes, focused=min(left_out))
    assert len(picture.bars) == MOST_BARS + 1
    assert min(left_out) in {bar.patient_id for bar in picture.bars}
