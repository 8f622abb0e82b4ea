"""The board offers what it shows as files."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import run_page
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.services.actors import Actor

__all__ = ["run_page"]


def test_the_board_offers_its_tables_and_pictures_as_files(
    run_page: Callable[..., AppTest], db: Database, actor: Actor
) -> None:
    page = run_page("patient", patient=fill_patient(db, actor).patient_id)
    assert not page.exception
    labels = [button.label for button in page.get("download_button")]
    assert [label for label in ("CSV", "Excel", "PNG", "SVG", "Sheet") if label not in labels] == []
