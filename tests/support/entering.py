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
