"""What a size is the size of, in the phrasings of many reports, also of regions and techniques that are no liver."""

from __future__ import annotations

import pytest

from tracker.reading.context import find_cues
from tracker.reading.kinds import sort_out
from tracker.reading.measurements import find_values
from tracker.reading.model import Kind
from tracker.reading.nouns import FINDINGS
from tracker.reading.sections import split

LESION, NODE, OTHER, ORGAN, TECHNIQUE, DISTANCE, REFERENCE = Kind
#: Words, and the kind of each value in them; "no finding" where which of the others is of no matter.
CASES: tuple[tuple[str, object], ...] = (
    ("There is a 12 mm hypodense lesion in segment VI.", LESION),
    ("Hypodense mass in the right lobe of the liver measuring 3.1 cm.", LESION),
    ("In the liver a mass is seen, which measures 3.1 cm.", LESION),
    ("A 1.8 cm, rounded, enhancing mass is seen in the pancreas.", LESION),
    ("A 7 mm and a 5 mm nodule are seen in the right lower lobe.", (LESION, LESION)),
    ("Hepatic metastases measuring 2.1 and 1.4 cm.", (LESION, LESION)),
    ("Multiple liver metastases. The largest measures 3.4 cm.", LESION),
    ("There is a mass in the left breast. It measures 2 cm.", LESION),
    ("A large mass encasing the aorta, which measures 12 x 10 x 9 cm.", LESION),
    ("A 2 x 1 cm area of increased signal in the right parietal lobe.", LESION),
    ("Liver: 2.3 cm metastasis in segment VII.", LESION),
    ("Segment VII: 23 mm.", LESION),
    ("Target in segment IVa, now 42 mm.", LESION),
    ("Nodular thickening of the peritoneum measuring 11 mm.", LESION),
    ("Regression of the rectal wall thickening, now 12 mm (previously 25 mm).", (LESION, LESION)),
    ("No effusion. 8 mm nodule in the left upper lobe.", LESION),
    ("The right kidney is normal without stone; 14 mm lesion in the left adrenal.", LESION),
    ("Enlarged portocaval lymph node, 16 mm in short axis.", NODE),
    ("Left para-aortic adenopathy measuring up to 2.3 cm.", NODE),
    ("Conglomerate nodal mass of 4 x 3 cm in the mesentery.", NODE),
    ("Lymph nodes: portocaval 16 mm, retrocrural 9 mm.", (NODE, NODE)),
    ("No adenopathy (largest retroperitoneal node 6 mm).", NODE),
    ("Simple cyst of 2.2 cm in the left kidney.", OTHER),
    ("A 5 mm nonobstructing calculus in the lower pole of the right kidney.", OTHER),
    ("Gallstones measuring up to 12 mm.", OTHER),
    ("Infrarenal abdominal aortic aneurysm measuring 4.1 cm.", OTHER),
    ("Aneurysm of the basilar tip measuring 6 x 5 mm.", OTHER),
    ("Ablation zone in segment VIII, 32 x 28 mm.", OTHER),
    ("Fluid collection of 6 x 4 cm in the right paracolic gutter.", OTHER),
    ("A 14 mm haemangioma in segment II.", OTHER),
    ("Subdural hematoma measuring 9 mm in thickness.", OTHER),
    ("The liver measures 17.5 cm in craniocaudal length.", ORGAN),
    ("Liver span 16 cm, spleen span 11 cm.", (ORGAN, ORGAN)),
    ("Hepatomegaly, 19 cm.", ORGAN),
    ("The spleen is normal in size, measuring 9.9 cm.", ORGAN),
    ("The right kidney measures 11.2 x 5.1 x 4.9 cm without hydronephrosis or stone.", ORGAN),
    ("Kidneys of normal size (left 108 mm, right 104 mm).", (ORGAN, ORGAN)),
    ("The uterus measures 8.1 x 4.0 x 5.2 cm and contains a fibroid measuring 2.1 cm.", (ORGAN, OTHER)),
    ("The endometrium measures 6 mm in thickness.", ORGAN),
    ("The right ovary measures 3.0 x 2.1 x 1.9 cm, the left 2.8 x 2.0 x 1.7 cm.", (ORGAN, ORGAN)),
    ("Left testicle 4.1 x 2.8 x 2.2 cm.", ORGAN),
    ("The prostate is enlarged at 5.5 x 4.8 cm.", ORGAN),
    ("Aortic root 3.4 cm, left atrium 4.2 cm.", (ORGAN, ORGAN)),
    ("Left ventricular diastolic dimension 4.9 cm.", ORGAN),
    ("Biparietal diameter 4.8 cm, femur length 3.1 cm.", (ORGAN, ORGAN)),
    ("The crown-rump length is 23 mm.", ORGAN),
    ("Amniotic fluid index is 14.2 cm.", ORGAN),
    ("Thickening of the gallbladder wall up to 7 mm.", ORGAN),
    ("The appendix is dilated to 11 mm.", ORGAN),
    ("Small bowel loops measuring up to 3.5 cm in diameter.", ORGAN),
    ("Pericardial effusion measuring 7 mm.", ORGAN),
    ("The common bile duct measures 6 mm.", None),
    ("Dilatation of the pancreatic duct up to 5 mm.", "no finding"),
    ("Sum of target lesions 84 mm.", None),
    ("A 10 mm biliary stent is in place.", "no finding"),
    ("5 mm axial sections were obtained.", TECHNIQUE),
    ("Slice thickness of 2.5 mm.", TECHNIQUE),
    ("Images were reconstructed at 3 mm intervals.", TECHNIQUE),
    ("A 5 mm midline shift to the left.", DISTANCE),
    ("The lesion lies 8 mm from the right hepatic vein.", DISTANCE),
    ("The tip of the catheter is 3 cm above the carina.", "no finding"),
    ("6 mm anterolisthesis of L4 on L5.", DISTANCE),
    ("At the 6 o'clock position, N+5.5 cm, there is a mass.", DISTANCE),
    ("No lymph nodes larger than 10 mm.", REFERENCE),
    ("No adenopathy > 1 cm.", REFERENCE),
    ("Minimum measurable size is 10 mm.", REFERENCE),
    ("Mediastinal blood pool SUVmax 2.0.", REFERENCE),
    ("Hypermetabolic nodule in the left upper lobe with SUVmax 5.0.", LESION),
    ("Kidneys: 2.3 cm Bosniak 1 cyst of the left kidney.", OTHER),
    ("Observation 1: Segment 8, 1.9 cm, arterial phase hyperenhancement with washout and capsule.", LESION),
    ("Tiny (3 mm) concretion in the mid pole of the left kidney.", OTHER),
    ("LIVER: is enlarged in size (16.8 cm) and shows lesions in both lobes.", ORGAN),
    ("A 6 mm water density focus in segment IVb is a cyst.", OTHER),
    ("An echogenic focus in the right kidney measuring 7 mm is consistent with a stone.", OTHER),
    ("A 6 mm focus in segment IVb is likely a metastasis.", LESION),
    ("CBD calibre 5 mm.", None),
    ("SLD of target lesions 33 mm.", None),
    ("Sum of the diameters of the targets 74 mm.", None),
    ("Target 3: Lymph node, short axis. Baseline 16 mm. Current 13 mm.", (NODE, NODE)),
    ("Lesion of the right iliac bone, 2.2 cm.", LESION),
    ("Right iliac lesion, 2.2 cm.", NODE),
    ("Periportal node 1.3 cm; right iliac bone lesion 2.2 cm.", (NODE, LESION)),
    ("1.8 cm thyroid nodule, fine needle aspiration recommended.", LESION),
    ("Spleen 15.1 cm. Slices 2.5 mm.", (ORGAN, TECHNIQUE)),
    ("Physiological uptake in the uncinate process of the pancreas, SUVmax 7.0.", None),
    ("The SUVmax of the lesion is 6.1, liver background SUVmean 2.3.", (LESION, REFERENCE)),
)  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), CASES)
def test_each_size_is_given_to_what_it_is_the_size_of(words: str, expected: object) -> None:
    kinds = _kinds("FINDINGS: " + words)
    if expected == "no finding":
        assert kinds
        assert not set(kinds) & FINDINGS
    else:
        assert kinds == (expected if isinstance(expected, tuple) else (expected,))


def test_a_heading_tells_what_a_list_is_of() -> None:
    text = "TARGET LESIONS:\nLiver segment V: 24 mm\nBrain, left parietal: 6 mm\nSPLEEN: 11 cm\n"
    assert _kinds(text) == (LESION, LESION, ORGAN)


def test_a_list_is_of_what_its_first_line_announces() -> None:
    text = "FINDINGS:\nEnlarged lymph nodes, including:\nPrecaval: 16 mm\nLeft inguinal: 12 mm\n"
    assert _kinds(text) == (NODE, NODE)


def test_a_slice_in_the_technique_is_no_finding() -> None:
    assert _kinds("TECHNIQUE: Helical acquisition, 1.25 mm.\nFINDINGS: Normal.") == (TECHNIQUE,)


def _kinds(text: str) -> tuple[Kind | None, ...]:
    document = split(text)
    return tuple(one.kind for one in sort_out(document, find_cues(document), find_values(document)))
