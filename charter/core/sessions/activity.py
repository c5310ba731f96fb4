"""What is worth telling a user about where a session was used last."""

import re
from collections.abc import Mapping
from typing import Any

# The more particular names come first: every browser claims to be several.
_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/([\d.]+)")),
    ("Opera", re.compile(r"OPR/([\d.]+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/([\d.]+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/([\d.]+)")),
    ("Safari", re.compile(r"Version/([\d.]+).*Safari/")),
)
_DEVICES = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Macintosh", re.compile(r"Macintosh")),
    ("Windows", re.compile(r"Windows")),
    ("Linux", re.compile(r"Linux|X11")),
)
_MOBILE = re.compile(r"Mobi|iPhone|Android|iPad")
ACTIVITY_ID = "sess_activity_"
MAX_TEXT = 512


def activity(activity_id: str, user_agent: str | None, address: str | None) -> dict[str, Any]:
    """What `Session.latest_activity` keeps of a use: the browser, the device, the address.

    activity_id: a new id with the prefix ACTIVITY_ID.
    """
    agent = (user_agent or "")[:MAX_TEXT]
    found: dict[str, Any] = {
        "id": activity_id,
        "object": "session_activity",
        "is_mobile": _MOBILE.search(agent) is not None,
    }
    device = next((name for name, pattern in _DEVICES if pattern.search(agent)), None)
    if device is not None:
        found["device_type"] = device
    for name, pattern in _BROWSERS:
        if matched := pattern.search(agent):
            found |= {"browser_name": name, "browser_version": matched[1]}
            break
    if address:
        found["ip_address"] = address[:64]
    return found


def user_agent_of(headers: Mapping[str, Any] | None) -> str | None:
    """The user agent among headers that an app's server hands on, as text or a list of texts."""
    for name, value in (headers or {}).items():
        if name.lower() == "user-agent":
            first = value[0] if isinstance(value, list) and value else value
            return first if isinstance(first, str) and "\x00" not in first else None
    return None
