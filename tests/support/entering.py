"""Hands on the entry table: what a nurse does, for browser tests."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Keys:
    """A keyboard that counts what is pressed beyond the digits of the numbers."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += sum(1 for letter in text if not letter.isdigit())


def table(page: Page) -> Locator:
    return page.get_by_role("group", name="Lesions")


def box(page: Page, label: str) -> Locator:
    """The entry box of a lesion."""
    return table(page).get_by_label(f"{label}, ", exact=False).first


def echo(page: Page, label: str) -> Locator:
    """What was understood beside the box."""
    return page.locator(f"#echo-{label}")


def date_field(page: Page) -> Locator:
    return page.get_by_role("group", name="The scan").get_by_label("Performed")


def wait_kept(page: Page) -> None:
    """Wait until the server has the draft of what was typed last."""
    expect(page.get_by_text("Draft kept on the server")).to_be_visible()


def preview(page: Page) -> Locator:
    return page.get_by_role("group", name="Response preview")


def receipt(page: Page) -> Locator:
    return page.get_by_role("region", name="Receipt")


#: A follow-up of the patient of tests.support.builders.fill_patient: two targets smaller, the non-target gone.
REPORT = """CT of the abdomen, 6 July 2026. Portal venous phase, slice thickness 3 mm.
COMPARISON: CT of 4 May 2026.
FINDINGS:
Liver: The metastasis in segment VII measures 2.1 cm, previously 23 mm. The lesion in segment IVa/IVb measures 12 x 9 mm, \
previously 13 mm. The metastasis in segment II is no longer visible. Two lesions remain. No new liver lesion. \
A simple cyst of 8 mm in segment V.
Lymph nodes: No enlarged lymph nodes.
IMPRESSION: Partial response of the liver metastases.
"""


def copy_text(page: Page, text: str) -> None:
    """Put a text on the clipboard, as another program does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def paste(page: Page, text: str) -> None:
    """Paste a text where the focus is."""
    copy_text(page, text)
    page.keyboard.press("Control+v")


def pane(page: Page) -> Locator:
    """The report beside the table."""
    return page.get_by_role("region", name="Report", exact=True)


def header_line(page: Page) -> Locator:
    """What the report says of the scan itself."""
    return page.get_by_role("group", name="The report says of the scan")


def suggestion(page: Page, label: str) -> Locator:
    """What stands under a row of the report."""
    return page.locator(f"#from-{label}")


def paste_report(page: Page, text: str = REPORT) -> None:
    """Paste a report and wait until it was read."""
    paste(page, text)
    expect(pane(page).get_by_role("status")).to_contain_text("suggests")
