"""The server: Streamlit inside our own headers, checks, health and font routes, started only under safe options."""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import fontpkg_inter
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.entry_drafts import DRAFT_URL, receive_draft
from dashboards.components.navigation import PAGES, load_views
from dashboards.components.own_component import register_components
from dashboards.errors import WithoutUncaught, handle_script_error
from dashboards.settings import ALLOWED_HOSTS, check_options

_HERE = Path(__file__).resolve().parent
_FONT = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"
#: The version stands in the address, so the browser may keep the file for ever.
FONT_URL = f"/fonts/inter-{version('fontpkg-inter')}.ttf"
_FOREVER = "public, max-age=31536000, immutable"


def inline_script_hashes(html: str) -> tuple[str, ...]:
    """The CSP sources of the scripts written inside a page: one ``'sha256-…'`` each."""
    bodies = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", html, flags=re.DOTALL)
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies)


def content_security_policy(host: str, script_hashes: tuple[str, ...]) -> str:
    """The policy of every page: nothing from elsewhere, no script but files of ours and of Streamlit.

    Styles stay open to inline ones because Streamlit writes its own into the page. The websocket is named by host:
    not every browser lets ``'self'`` cover it.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' ws://{host} wss://{host}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


class StrictGate:
    """Pure ASGI: refuses foreign hosts and origins, and puts the strict headers on every answer.

    It wraps Streamlit's own routes too (pages, media, uploads, websocket), which carry no such headers by themselves.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        index = Path(st.__file__).parent / "static" / "index.html"
        self._script_hashes = inline_script_hashes(index.read_text(encoding="utf-8"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":

            async def send_plainly(message: Message) -> None:
                if message["type"] == "lifespan.startup.failed":
                    message = {**message, "message": plain_refusal(message.get("message", ""))}
                await send(message)

            await self._app(scope, receive, send_plainly)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if scope["type"] == "websocket":
            if not (_is_ours(host) and _same_origin(headers.get("origin"), host)):
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._harden(MutableHeaders(scope=message), scope["path"], host)
            await send(message)

        if not _is_ours(host):
            refusal = PlainTextResponse("This address is not one of this server's own.", status_code=421)
            await refusal(scope, receive, send_with_headers)
            return
        if scope["path"] == DRAFT_URL and not _same_origin(headers.get("origin"), host):
            refusal = PlainTextResponse("Only a page of this server may send a draft.", status_code=403)
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _harden(self, headers: MutableHeaders, path: str, host: str) -> None:
        headers["Content-Security-Policy"] = content_security_policy(
            host if _is_ours(host) else "localhost", self._script_hashes
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        if not path.startswith(("/static/", "/fonts/")):
            headers["Cache-Control"] = "no-store"


def _is_ours(host: str) -> bool:
    """Whether a Host header names this server (against pages elsewhere that point their own name at it)."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and (name in ALLOWED_HOSTS or f"[{name}]" in ALLOWED_HOSTS)


def _same_origin(origin: str | None, host: str) -> bool:
    """Whether a websocket is opened by a page of this very server; a missing origin is refused."""
    return origin is not None and urlsplit(origin).netloc == host


async def livez(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """The database answers and stands at the schema this code knows."""
    problems = await run_in_threadpool(runtime.database_problems)
    if problems:
        return JSONResponse({"status": "not ready", "problems": list(problems)}, status_code=503)
    return JSONResponse({"status": "ok"})


async def to_first_page(request: Request) -> Response:
    """The first page lives at the root; its own name leads there, with what stands behind the question mark."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}", status_code=307)


async def font(_request: Request) -> Response:
    return FileResponse(_FONT, media_type="font/ttf", headers={"Cache-Control": _FOREVER})


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Check the options, register the components, warm up, and freeze the collector; then the server is ready,
    and a large site's first worklist is derived beside it.

    Streamlit collects garbage after every run of a page; what is loaded now never becomes garbage, so it is set aside."""
    check_options(st.get_option)
    logging.getLogger("streamlit.error_util").addFilter(WithoutUncaught())
    await run_in_threadpool(runtime.warm_up)
    await run_in_threadpool(load_views)
    register_components()
    gc.collect()
    gc.freeze()
    Thread(target=loaded.warm_worklist, name="warm worklist", daemon=True).start()
    yield {}
    runtime.close()


def plain_refusal(text: str) -> str:
    """The one sentence of a refused start where ``text`` is its traceback; any other text as it is."""
    last = text.strip().rpartition("\n")[2]
    name, found, sentence = last.partition(": ")
    return sentence if found and name.startswith("tracker.errors.") else text


def build_app() -> st.App:
    """The whole application, ready for ``run``."""
    return st.App(
        _HERE / "app.py",
        routes=[
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route(DRAFT_URL, receive_draft, methods=["POST"]),
            Route(FONT_URL, font),
            Route(f"/{PAGES[0].url_path}", to_first_page),
        ],
        middleware=[Middleware(StrictGate)],
        lifespan=lifespan,
        on_script_error=handle_script_error,
    )
