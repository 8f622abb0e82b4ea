"""The messages in the inbox of the demo: what a radiology system sends on an ordinary day."""

from __future__ import annotations

from pathlib import Path

from tests.demo.conftest import TODAY, empty_database
from tracker.demo.messages import bring_messages
from tracker.services import actors, inbox
from tracker.services.inbox import SUPERSEDED, WAITING


def test_a_final_report_replaces_the_preliminary_one_and_a_stranger_is_not_matched(tmp_path: Path) -> None:
    db = empty_database(tmp_path)
    actor = actors.demo_actor(db)
    report = bring_messages(db, actor, TODAY)
    assert (report.problems, report.summary) == ((), "staged 3, 1 superseded")
    preliminary, final, foreign = inbox.list_items(db, actor, None)
    assert (preliminary.state, final.state, foreign.state) == (SUPERSEDED, WAITING, WAITING)
    assert (foreign.patient, foreign.performed_on) == (None, None)
    assert str(foreign.modality) == "PET/CT", "sent as CT"
    assert bring_messages(db, actor, TODAY).summary == "staged 0, 3 already there"
    db.dispose()
