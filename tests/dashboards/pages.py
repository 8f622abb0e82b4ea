"""Run one page of the dashboard in this process, on a database of the test, and read what it put on the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import runtime
from tracker.db.engine import Database
from tracker.services.actors import local_actor


def page_script(view: str) -> None:
    from importlib import import_module

    import streamlit as st

    from dashboards.components.navigation import build_pages

    st.navigation(build_pages(), position="hidden")
    import_module(f"dashboards.views.{view}").show()


@pytest.fixture
def run_page(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Runs a view by name; ``patient`` and ``address`` stand in the address, ``state`` is what the session holds already."""
    runtime.close()
    monkeypatch.setattr(runtime, "database", lambda: db)
    monkeypatch.setattr(runtime, "actor", lambda: local_actor(db))

    def run(view: str, patient: int | None = None, address: Mapping[str, str] | None = None, **state: Any) -> AppTest:
        app = AppTest.from_function(page_script, kwargs={"view": view}, default_timeout=30)
        if patient is not None:
            app.query_params["patient"] = str(patient)
        for name, text in (address or {}).items():
            app.query_params[name] = text
        for key, value in state.items():
            app.session_state[key] = value
        app.run()
        assert not app.exception, [error.message for error in app.exception]
        return app

    yield run
    monkeypatch.undo()
    runtime.close()


#: Components whose data is markup that the server made.
_MARKUP = ("hepatrack.pick", "hepatrack.answering", "hepatrack.decision")


def _elements(block: Any) -> list[Any]:
    found = []
    for child in getattr(block, "children", {}).values():
        found.append(child)
        found += _elements(child)
    return found


def markup(app: AppTest, key: str) -> str:
    """What a component of that key shows."""
    for element in _elements(app.main):
        proto = getattr(element, "proto", None)
        if getattr(proto, "component_name", None) in _MARKUP and proto.id.endswith(f"-{key}"):
            return str(json.loads(proto.json)["html"])
    raise AssertionError(f"no component {key} on the page")


def html(app: AppTest) -> str:
    """All plain HTML of the page, components included."""
    texts = []
    for element in _elements(app.main):
        proto = getattr(element, "proto", None)
        if proto is None:
            continue
        if getattr(proto, "component_name", None) in _MARKUP:
            texts.append(json.loads(proto.json)["html"])
        elif isinstance(body := getattr(proto, "body", None), str):
            texts.append(body)
    return "\n".join(texts)


def charts(app: AppTest) -> list[dict[str, Any]]:
    """The plotly figures of the page, with their text alternative."""
    return [
        {**json.loads(element.proto.spec), "alt": element.proto.alt if hasattr(element.proto, "alt") else ""}
        for element in app.get("plotly_chart")
    ]
