"""The twenty traps of real dictations, each read as a whole report. All texts are invented."""

from __future__ import annotations

from tracker.reading.model import Change, Kind, Mention, MentionType, Qualifier, Reading, Time
from tracker.reading.report import read_report


def of(reading: Reading, quote: str, nth: int = 1) -> Mention:
    """The mention of a quotation."""
    found = [one for one in reading.mentions if one.text == quote]
    assert len(found) >= nth, [one.text for one in reading.mentions]
    return found[nth - 1]


def lesions(reading: Reading) -> set[str]:
    return {one.lesion for one in reading.mentions if one.lesion is not None}


def test_01_a_heading_with_a_colon_before_no_denies_a_lesion() -> None:
    reading = read_report("FINDINGS:\nLIVER: No focal lesion.\nSPLEEN: Normal.")
    assert reading.liver.no_liver_lesions
    assert not reading.liver.no_new_lesions


def test_02_a_prior_may_stand_before_the_current_with_its_uptake_between() -> None:
    reading = read_report(
        "FINDINGS: A right hilar node has increased from 9 x 7 mm (SUV max 5.1) on the prior examination to 11 x 9 mm (SUV max 8.2)."
    )
    assert [one.time for one in reading.mentions] == [Time.PRIOR, Time.PRIOR, Time.CURRENT, Time.CURRENT]
    assert lesions(reading) == {"A"}
    assert {one.change for one in reading.mentions} == {Change.INCREASED}


def test_03_a_clause_about_the_prior_examination_reaches_to_where_something_speaks_of_now() -> None:
    reading = read_report(
        "FINDINGS: On image 61 of the prior CT there was a 14 mm nodule in the right lower lobe. This nodule has decreased to 8 mm."
    )
    assert of(reading, "14 mm").time is Time.PRIOR
    assert of(reading, "8 mm").time is Time.CURRENT
    assert of(reading, "8 mm").lesion == of(reading, "14 mm").lesion == "A"
    assert of(reading, "8 mm").organ == "lung"


def test_04_priors_after_versus_pair_with_their_own_side() -> None:
    reading = read_report(
        "FINDINGS: Axillary nodes of 8 mm on the right and 9 mm on the left short axis vs 21 mm and 24 mm previously. "
        "A pancreatic lesion of 22 mm (vs 33 mm previously)."
    )
    assert of(reading, "21 mm").time is of(reading, "24 mm").time is of(reading, "33 mm").time is Time.PRIOR
    assert of(reading, "8 mm").lesion == of(reading, "21 mm").lesion
    assert of(reading, "9 mm").lesion == of(reading, "24 mm").lesion
    assert of(reading, "8 mm").lesion != of(reading, "9 mm").lesion
    assert of(reading, "33 mm").lesion == of(reading, "22 mm").lesion


def test_05_two_priors_of_one_lesion_in_one_clause() -> None:
    reading = read_report(
        "FINDINGS: The segment VI metastasis measures 1.4 cm versus 2.1 cm on 03/14/2026 versus 3.8 cm on 12/20/2025."
    )
    assert [one.time for one in reading.mentions] == [Time.CURRENT, Time.PRIOR, Time.PRIOR]
    assert lesions(reading) == {"A"}


def test_06_the_other_side_and_the_blood_pool_are_no_priors() -> None:
    reading = read_report(
        "PET/CT\nFINDINGS: Right tonsil with SUV max of 6.9 compared to 3.8 on the contralateral side. "
        "A liver lesion in segment V has an SUVmax of 5.5 compared to blood pool 1.9."
    )
    assert of(reading, "3.8").time is Time.CURRENT
    assert of(reading, "3.8").kind is Kind.REFERENCE
    assert of(reading, "1.9").kind is Kind.REFERENCE


def test_07_respectively_gives_each_its_own_value() -> None:
    reading = read_report("FINDINGS: Two liver metastases in segments VII and V measure 2.7 and 1.5 cm respectively.")
    current = [one for one in reading.mentions if one.time is Time.CURRENT]
    assert [one.segments for one in current] == [("VII",), ("V",)]
    assert [one.values_mm[0] for one in current] == [27, 15]
    assert lesions(reading) == {"A", "B"}


def test_08_uptake_and_size_in_one_breath() -> None:
    reading = read_report("FINDINGS: A left axillary lymph node has an SUV max of 1.6 and 0.9 cm in short axis.")
    uptake, size = reading.mentions
    assert (uptake.type, size.type) == (MentionType.SUV, MentionType.SIZE)
    assert size.values_mm == (9,)
    assert size.short_axis
    assert uptake.lesion == size.lesion == "A"


def test_09_a_contradiction_shows_both_places_and_chooses_neither() -> None:
    text = "FINDINGS: A 31 mm metastasis in segment V.\nIMPRESSION: A 31 mm metastasis in segment VII."
    reading = read_report(text)
    first, second = reading.mentions
    assert first.lesion == second.lesion
    assert (first.segments, second.segments) == (("V",), ("VII",))
    assert any(str(first.start) in problem.place and str(second.start) in problem.place for problem in reading.problems)
    assert not any("metastasis" in str(problem) for problem in reading.problems)

    reading = read_report("FINDINGS: Reduction in size of the pancreatic lesion, from 17 mm to 24 mm.")
    assert [one.change for one in reading.mentions] == [Change.DECREASED, Change.DECREASED]
    assert len(reading.problems) == 1


def test_10_a_lesion_called_new_only_in_the_impression() -> None:
    reading = read_report(
        "FINDINGS:\nLiver: Hypodense lesion in segment IVb measuring 13 mm.\n\nIMPRESSION:\nNew 13 mm liver metastasis."
    )
    assert [one.lesion for one in reading.mentions] == ["A", "A"]
    assert all(one.new and one.change is Change.NEW for one in reading.mentions)
    assert all(one.segments == ("IVb",) for one in reading.mentions)
    assert any(span.says == "new" for span in reading.liver.spans)


def test_11_beside_the_liver_is_not_in_it() -> None:
    reading = read_report(
        "FINDINGS: A 16 mm soft tissue deposit adjacent to the inferior aspect of the right lobe of the liver. "
        "Lymph node at the hepatic hilum, 12 mm. Focal steatosis of segment IV. Hyperperfusion in segment 6."
    )
    assert of(reading, "16 mm").organ != "liver"
    assert of(reading, "12 mm").organ == "lymph node"
    assert not any(one.organ == "liver" or one.segments for one in reading.mentions)


def test_12_segments_of_the_lung_are_none_of_the_liver() -> None:
    reading = read_report(
        "FINDINGS: In segment 6 of the left lower lobe there is a 9 mm nodule. Micronodule in S6D of 3 mm. Nodule of 4 mm in lung segment 8."
    )
    assert all(one.organ == "lung" and not one.segments for one in reading.mentions)


def test_13_sizes_of_organs_are_no_lesions() -> None:
    reading = read_report(
        "FINDINGS: Liver span 18.5 cm. Spleen 11 cm. Abdominal aortic aneurysm of 4.1 cm. The prostate measures 6 cm."
    )
    assert not any(one.kind in (Kind.LESION, Kind.NODE) for one in reading.mentions)
    assert not lesions(reading)


def test_14_a_slice_is_technique() -> None:
    reading = read_report(
        "TECHNIQUE: 5 mm sections were obtained, with 2.5-mm reconstructions.\nFINDINGS: Liver: 5 mm lesion in segment II."
    )
    assert [one.kind for one in reading.mentions] == [Kind.TECHNIQUE, Kind.TECHNIQUE, Kind.LESION]
    assert reading.others.slice_mm == 5


def test_15_what_looks_like_a_size_or_a_segment_and_is_none() -> None:
    reading = read_report(
        "FINDINGS: Peak velocity 260 cm/sec. The cyst has 12 HU. A 10 x 12 trocar was used (IMA 8-34) (9-101) #33/68. "
        "Degenerative change at T11 and L4-L5. Compared with mm/dd/yy."
    )
    assert not reading.mentions or not any(one.kind is Kind.LESION for one in reading.mentions)
    assert not any(one.segments for one in reading.mentions)


def test_16_no_additional_cysts_say_nothing_of_metastases() -> None:
    reading = read_report("FINDINGS: LIVER: No additional subcentimeter cysts. Metastasis in segment III, 14 mm.")
    assert not reading.liver.no_liver_lesions
    assert of(reading, "14 mm").segments == ("III",)


def test_17_headings_are_found_where_the_lines_are_lost() -> None:
    reading = read_report(
        "TECHNIQUE:, CT with contrast.,FINDINGS:, The liver contains a 2.2 x 1.9 cm metastasis in segment VI.,The spleen is normal."
        ",IMPRESSION:,1.  Metastasis of 2.2 cm in segment VI.,2.  No new lesions."
    )
    assert [one.lesion for one in reading.mentions] == ["A", "A"]
    assert reading.liver.no_new_lesions


def test_18_one_of_two_alike_has_resolved() -> None:
    reading = read_report(
        "FINDINGS: The previously seen 3.6 cm collection in the pelvis has resolved. A 3.6 cm collection in the left flank is unchanged."
    )
    assert of(reading, "3.6 cm", 1).time is Time.PRIOR
    assert of(reading, "3.6 cm", 2).time is Time.CURRENT
    assert of(reading, "3.6 cm", 1).change is Change.RESOLVED
    assert of(reading, "3.6 cm", 2).change is Change.STABLE


def test_19_two_new_are_no_total_and_have_no_size() -> None:
    reading = read_report("FINDINGS: Liver: Two new subcentimeter lesions. The segment VII metastasis is 22 mm.")
    assert reading.liver.count is None
    word = of(reading, "subcentimeter")
    assert word.type is MentionType.QUALITATIVE
    assert word.new
    assert word.lesion is None
    assert not of(reading, "22 mm").new


def test_20_the_same_size_in_the_impression_is_the_same_lesion() -> None:
    reading = read_report(
        "FINDINGS: Liver: Segment VII 34 x 28 mm (previously 41 mm). Segment V 12 mm (previously 12 mm).\n"
        "IMPRESSION: Partial response, largest metastasis now 34 mm; the 12 mm lesion is stable."
    )
    assert lesions(reading) == {"A", "B"}
    assert of(reading, "34 mm").lesion == of(reading, "34 x 28 mm").lesion
    assert of(reading, "12 mm", 3).lesion == of(reading, "12 mm", 1).lesion


def test_a_group_has_no_letter_and_the_largest_of_it_has_one() -> None:
    reading = read_report(
        "FINDINGS: At least 5 liver metastases, the largest in segment IVa measuring 4,2 cm, the rest under 1 cm."
    )
    assert of(reading, "4,2 cm").lesion == "A"
    assert of(reading, "4,2 cm").segments == ("IVa",)
    assert of(reading, "1 cm").lesion is None
    assert of(reading, "1 cm").qualifier is Qualifier.LESS_THAN
    assert reading.liver.count is not None
    assert (str(reading.liver.count.qualifier), reading.liver.count.value) == ("at least", 5)


def test_a_value_that_an_addendum_corrects_is_superseded_and_stays_current() -> None:
    reading = read_report(
        "FINDINGS: The metastasis in segment VI measures 23 mm. The metastasis in segment II measures 15 mm.\n"
        "ADDENDUM: Correction: the segment VI metastasis measures 32 mm, not 23 mm."
    )
    assert of(reading, "23 mm").superseded
    assert of(reading, "23 mm").time is Time.CURRENT
    assert not of(reading, "32 mm").superseded
    assert not of(reading, "15 mm").superseded
    assert of(reading, "32 mm").lesion == of(reading, "23 mm").lesion


def test_a_treated_metastasis_and_its_zone_are_two() -> None:
    reading = read_report(
        "FINDINGS: Ablation zone in segment VIII measuring 38 x 30 mm. The treated metastasis previously measured 17 mm."
    )
    assert of(reading, "38 x 30 mm").kind is Kind.OTHER_FINDING
    assert of(reading, "38 x 30 mm").lesion != of(reading, "17 mm").lesion


def test_what_cannot_be_excluded_is_not_new() -> None:
    reading = read_report("FINDINGS: Liver: A new 6 mm lesion in segment II cannot be excluded.")
    assert not of(reading, "6 mm").new
    assert not any(span.says == "new" for span in reading.liver.spans)


def test_reading_pathological_text_ends_soon() -> None:
    for text in (
        "no new " * 4000,
        "segment V, " * 3000,
        "12 mm " * 3000,
        "(" * 20_000,
        "1 x " * 5000,
        "liver " * 4000,
        "a" * 50_000,
    ):
        read_report(text)
