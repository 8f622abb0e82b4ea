"""The server's options and headers, without a browser."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import streamlit as st

from dashboards.asgi import content_security_policy, inline_script_hashes, plain_refusal
from dashboards.errors import WithoutUncaught, reference_for
from dashboards.settings import _SAFE, check_options, server_options
from tracker.errors import SettingsError

SAFE = {**_SAFE, "server.address": "127.0.0.1"}
UNSAFE = {
    "browser.gatherUsageStats": True,
    "client.showErrorDetails": "full",
    "client.showErrorLinks": "true",
    "client.disableDataExport": False,
    "client.allowedOrigins": ["https://*.example"],
    "global.developmentMode": True,
    "logger.enableRich": True,
    "server.allowedHosts": ["*"],
    "server.baseUrlPath": "elsewhere",
    "server.customComponentBaseUrlPath": "https://cdn.example",
    "server.enableCORS": False,
    "server.corsAllowedOrigins": ["http://evil.example"],
    "server.enableXsrfProtection": False,
    "server.xsrfCookieSameSite": "none",
    "server.enableStaticServing": True,
    "server.enableAgentApi": True,
    "server.scriptHealthCheckEnabled": True,
    "server.trustedUserHeaders": {"X-User": "name"},
    "server.maxUploadSize": 200,
    "server.maxMessageSize": 200,
    "runner.magicEnabled": True,
    "server.fileWatcherType": "auto",
    "server.address": "0.0.0.0",
}


def test_safe_options_are_accepted() -> None:
    check_options(SAFE.__getitem__)


@pytest.mark.parametrize("name", UNSAFE)
def test_each_unsafe_option_stops_the_start_and_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        check_options({**SAFE, name: UNSAFE[name]}.__getitem__)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", None, "192.168.1.5", "ward-server"])
def test_no_other_machine_can_reach_the_server(address: str | None) -> None:
    with pytest.raises(SettingsError, match="this machine only"):
        check_options({**SAFE, "server.address": address}.__getitem__)


def test_every_option_exists_in_this_release_of_streamlit() -> None:
    known = st.config._config_options_template
    assert set(server_options(8501, "/font.ttf")) <= set(known)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(SettingsError, match="0 to 65535"):
        server_options(port, "/font.ttf")


def test_inline_scripts_are_allowed_by_hash_and_by_nothing_else() -> None:
    hashes = inline_script_hashes("<script>a()</script><script src='x.js'></script><script type='m'>b()</script>")
    assert len(hashes) == 2
    policy = content_security_policy("127.0.0.1:8501", hashes)
    assert f"script-src 'self' {hashes[0]} {hashes[1]};" in policy
    assert "ws://127.0.0.1:8501" in policy


def test_a_refused_start_is_told_in_its_one_sentence() -> None:
    trace = "Traceback (most recent call last):\n  ...\ntracker.errors.SettingsError: Option x is y: it must be z."
    assert plain_refusal(trace) == "Option x is y: it must be z."
    assert plain_refusal("Traceback\nKeyError: 'x'") == "Traceback\nKeyError: 'x'"


def test_the_log_of_an_unexpected_error_holds_no_value(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise RuntimeError("Doe, John")
    except RuntimeError as error:
        reference = reference_for(error)
    assert reference in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Doe" not in caplog.text


def test_streamlits_own_record_of_the_error_is_kept_out_of_the_log() -> None:
    quiet = WithoutUncaught()

    def record(message: str, info: Any) -> logging.LogRecord:
        return logging.LogRecord("streamlit", logging.ERROR, "file", 1, message, None, info)

    error = RuntimeError("Doe, John")
    assert not quiet.filter(record("Uncaught app execution", (RuntimeError, error, None)))
    assert quiet.filter(record("something else", None))
