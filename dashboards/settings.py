"""Every option the server runs under, in one place: passed at start and asserted again before the first request.

A stray configuration file of the folder the command was called from could change any option that is not passed here,
so whatever matters to safety is named, and a value that moved stops the start (see ``check_options``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tracker.errors import SettingsError

#: Addresses of this machine only: until people log in, no other machine may reach the pages.
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

_SAFE: dict[str, Any] = {
    # Nothing leaves the hospital.
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "localhost",
    "server.showEmailPrompt": False,
    # No text of a program or a patient in an error on the page.
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "client.showSidebarNavigation": False,
    "client.allowedOrigins": [],
    "global.developmentMode": False,
    "global.e2eTest": False,
    "logger.level": "warning",
    "logger.enableRich": False,
    "logger.hideWelcomeMessage": True,
    "runner.magicEnabled": False,
    "runner.postScriptGC": True,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.allowRunOnSave": False,
    "server.allowedHosts": ALLOWED_HOSTS,
    "server.baseUrlPath": "",
    "server.customComponentBaseUrlPath": "",
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
    "server.maxUploadSize": 10,
    "server.maxMessageSize": 20,
    "server.disconnectedSessionTTL": 60,
}

_SANS = "Inter, system-ui, sans-serif"

_THEME: dict[str, Any] = {
    "theme.font": _SANS,
    "theme.headingFont": _SANS,
    "theme.baseFontSize": 14,
    "theme.baseRadius": "6px",
    "theme.buttonRadius": "6px",
    "theme.showWidgetBorder": True,
    "theme.headingFontSizes": ["22px", "17px", "15px", "14px", "14px", "13px"],
    "theme.headingFontWeights": [700, 600, 600, 600, 600, 600],
    "theme.paddingTop": "8px",
    "theme.paddingBottom": "8px",
    "theme.light.primaryColor": "#0F766E",
    "theme.light.backgroundColor": "#F5F6F8",
    "theme.light.secondaryBackgroundColor": "#FFFFFF",
    "theme.light.textColor": "#111827",
    "theme.light.borderColor": "#DFE3E8",
    "theme.light.linkColor": "#0F766E",
    "theme.dark.primaryColor": "#4FD1C0",
    "theme.dark.backgroundColor": "#0B111C",
    "theme.dark.secondaryBackgroundColor": "#111827",
    "theme.dark.textColor": "#F3F4F6",
    "theme.dark.borderColor": "#2A3546",
    "theme.dark.linkColor": "#4FD1C0",
}


def server_options(port: int, font_url: str) -> dict[str, Any]:
    """The options of a server on this machine's own address at ``port``, with the font served from ``font_url``."""
    if not 0 <= port <= 65535:
        raise SettingsError(f"TRACKER_PORT is {port}; a port is a number from 0 to 65535 (0 takes a free one).")
    face = {"family": "Inter", "url": font_url, "weight": "100 900", "style": "normal"}
    return {
        **_SAFE,
        **_THEME,
        "theme.fontFaces": [face],
        "server.address": LOOPBACK[0],
        "server.port": port,
    }


def check_options(read: Callable[[str], Any], expected: Mapping[str, Any] = _SAFE) -> None:
    """Raise SettingsError that names the first option whose value in force is not the expected one.

    ``read`` gives the value in force for a name. The address must be one of this machine.
    """
    for name, value in expected.items():
        found = read(name)
        if found != value:
            raise SettingsError(f"Option {name} is {found!r} but must be {value!r}: the server does not start.")
    address = read("server.address")
    if address not in LOOPBACK:
        raise SettingsError(
            f"Option server.address is {address!r} but must be an address of this machine only ({LOOPBACK[0]}): "
            "the server does not start."
        )
