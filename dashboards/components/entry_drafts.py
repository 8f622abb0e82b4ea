"""Drafts on their way to the database: by the page's own connection, or past it when the page is being left.

A draft names its scope and its moment (``mark``: the page, a dot, a running number). An older moment of the same page
never replaces a newer one, whichever way each came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboards import runtime
from dashboards.components.entry_table import EntryScope
from tracker.errors import TrackerError
from tracker.services import drafts

#: Where the table sends what was typed in the last moment before its page goes away.
DRAFT_URL = "/entry-draft"
_SCOPE = re.compile(r"p([0-9]{1,15})-e(new|[0-9]{1,15})-v([0-9]{1,9})")


def read_scope(key: object) -> EntryScope | None:
    """The scope that a key of ``EntryScope`` names; None for anything else."""
    found = _SCOPE.fullmatch(key) if isinstance(key, str) and key.isascii() else None
    if found is None:
        return None
    patient, exam, version = found.groups()
    return EntryScope(int(patient), None if exam == "new" else int(exam), int(version))


def store_draft(scope: EntryScope, content: Mapping[str, Any]) -> None:
    """Keep a draft, unless a later moment of the same page is kept already. TrackerError where it cannot be kept."""
    database, actor = runtime.database(), runtime.actor()
    kept = drafts.load_draft(database, actor, scope.patient_id, scope.exam_id)
    if kept is None or not is_older(content.get("mark"), kept.content.get("mark")):
        whole = with_report_text(content, kept.content if kept is not None else {})
        drafts.save_draft(database, actor, scope.patient_id, scope.exam_id, scope.base_version, whole)


def with_report_text(content: Mapping[str, Any], kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """A draft whose report's text stayed behind (null) because it is kept already, with that text.

    A browser takes 64 kB at most with it when a page goes away. The report's id says whose text it is; where another
    report, or none, is kept, the draft goes without.
    """
    report, before = content.get("report"), kept.get("report")
    if not isinstance(report, Mapping) or report.get("text") is not None:
        return content
    if isinstance(before, Mapping) and before.get("id") == report.get("id") and before.get("text") is not None:
        return {**content, "report": {**report, "text": before["text"]}}
    return {**content, "report": None}


def is_older(mark: object, than: object) -> bool:
    """Whether a moment lies before another of the same page; moments of two pages are not compared."""
    (page, number), (other, later) = _moment(mark), _moment(than)
    return page == other and number is not None and later is not None and number < later


def _moment(mark: object) -> tuple[str, int | None]:
    page, _, number = mark.rpartition(".") if isinstance(mark, str) else ("", "", "")
    return page, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None


async def receive_draft(request: Request) -> Response:
    """The route of ``DRAFT_URL``: 204 where the draft is kept. Only a page of this server may send one."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > drafts.LARGEST:
            return PlainTextResponse("This is too long for a draft. It was not kept.", status_code=413)
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    scope = read_scope(content.get("scope")) if isinstance(content, dict) else None
    if scope is None:
        return PlainTextResponse("This is no draft of an entry. Nothing was kept.", status_code=422)
    try:
        await run_in_threadpool(store_draft, scope, content)
    except TrackerError as refusal:
        return PlainTextResponse(str(refusal), status_code=409)
    return Response(status_code=204)
