"""Where sentences, sections and organ headings begin and end, also where pasting has lost the lines."""

from __future__ import annotations

import pytest

from tracker.reading.sections import LONGEST_SENTENCE, split

#: A text, and its sentences as section, organ heading and words.
CASES = (
    ("LIVER: No focal lesion.", "findings liver No focal lesion."),
    ("FINDINGS: , The liver is normal.,The spleen is large.,IMPRESSION:,1.  Large spleen.,2.  No mass.",
     "findings - The liver is normal.|findings - The spleen is large.|impression - Large spleen.|impression - No mass."),
    ("LIVER: Normal.SPLEEN: 11 cm.KIDNEYS: Normal.", "findings liver Normal.|findings spleen 11 cm.|findings kidney Normal."),
    ("FINDINGS The liver is normal. IMPRESSION No metastases.", "findings - The liver is normal.|impression - No metastases."),
    ("Liver\nThere are two lesions.\nLungs\nClear.\n\nImpression\nPartial response.",
     "findings liver There are two lesions.|findings lung Clear.|impression - Partial response."),
    ("Findings:\r\n\r\nLiver:\r\n- Segment VII 23 mm\r\n- Segment II 12 mm\r\n\r\nSpleen: normal\r\n",
     "findings liver Segment VII 23 mm|findings liver Segment II 12 mm|findings spleen normal"),
    ("FINDINGS: The lesion now measures 2.3 x\n1.8 cm and is smaller. No new\nlesions.",
     "findings - The lesion now measures 2.3 x\n1.8 cm and is smaller.|findings - No new\nlesions."),
    ("FINDINGS: Lesion of approx. 3 cm in seg. VII, prev. 4 cm. Seen by Dr. Doe.", "findings - Lesion of approx. 3 cm in seg. VII, prev. 4 cm.|findings - Seen by Dr. Doe."),
    ("FINDINGS: It measures 2.3 cm. Spleen 11.5 cm.", "findings - It measures 2.3 cm.|findings - Spleen 11.5 cm."),
    ("FINDINGS:\n• Segment II 12 mm\n• Segment III 9 mm", "findings - Segment II 12 mm|findings - Segment III 9 mm"),
    ("FINDINGS:\n1) Segment II 12 mm\n2) Segment III 9 mm", "findings - Segment II 12 mm|findings - Segment III 9 mm"),
    ("FINDINGS:\tLiver normal.\fIMPRESSION:\tNormal.", "findings - Liver normal.|impression - Normal."),
    ("CLINICAL HISTORY: Colon cancer.\nTECHNIQUE: CT.\nCOMPARISON: None.\nFINDINGS: Normal.\nCONCLUSION: Normal.",
     "indication - Colon cancer.|technique - CT.|comparison - None.|findings - Normal.|impression - Normal."),
    ("REASON FOR EXAM: Pain.\nRESULT: Normal.", "indication - Pain.|findings - Normal."),
    ("IMPRESSION: Stable.\nADDENDUM: The lesion measures 25 mm.\nTarget lesions:\nSegment II 25 mm",
     "impression - Stable.|addendum - The lesion measures 25 mm.|addendum - Segment II 25 mm"),
    ("FINDINGS:\nLiver: 2 cm lesion.\n\nA mass lies in the pelvis.", "findings liver 2 cm lesion.|findings - A mass lies in the pelvis."),
    ("FINDINGS: The impression of a lesion remains; the liver: see above.", "findings - The impression of a lesion remains; the liver: see above."),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_report_is_cut_into_its_sentences(text: str, expected: str) -> None:
    document = split(text)
    said = [f"{one.section} {one.organ_heading or '-'} {document.say(one)}" for one in document.sentences]
    assert "|".join(said) == expected


def test_sentences_stand_in_order_and_never_overlap() -> None:
    for text, _ in CASES:
        ends = 0
        for sentence in split(text).sentences:
            assert ends <= sentence.start < sentence.end <= len(text)
            ends = sentence.end


def test_a_sentence_without_end_is_read_in_parts() -> None:
    document = split("FINDINGS: " + "lesion and " * 1000)
    assert len(document.sentences) > 5
    assert all(one.end - one.start <= LONGEST_SENTENCE for one in document.sentences)


def test_a_position_is_found_in_its_sentence() -> None:
    text = "FINDINGS: One. Two."
    document = split(text)
    assert document.sentence_at(text.index("Two")) == document.sentences[1]
    assert document.sentence_at(0) is None
