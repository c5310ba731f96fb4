"""Writes testing tokens, and knows its own: a moment, chance, and the mark of this server.

Tests of an app ask for one each time they run, so none is a row: `1713877200-c_<chance>.<mark>`,
as existing test helpers know them, with the seconds since 1970 at which it was made.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta

from charter.kernel.platform import Platform

LIFETIME = timedelta(hours=1)
_CHANCE_BYTES = 20
_FORM = re.compile(
    r"(?P<text>(?P<made>[0-9]{10})-c_[0-9A-Za-z_-]{27})\.(?P<mark>[0-9A-Za-z_-]{43})"
)


def written(platform: Platform, instance_id: str, now: datetime) -> tuple[str, datetime]:
    """A token for an instance, and when it ends."""
    made = int(now.timestamp())
    text = f"{made}-c_{secrets.token_urlsafe(_CHANCE_BYTES)}"
    token = f"{text}.{platform.vault.mark(text, _context(instance_id))}"
    return token, datetime.fromtimestamp(made, UTC) + LIFETIME


def is_written(platform: Platform, instance_id: str, token: object) -> bool:
    """Whether this server wrote a token for the instance, and it has not ended.

    token: what came; anything but such a text is none.
    """
    match = _FORM.fullmatch(token) if isinstance(token, str) else None
    if match is None:
        return False
    if not platform.vault.is_marked(match["text"], match["mark"], _context(instance_id)):
        return False
    return platform.clock() < datetime.fromtimestamp(int(match["made"]), UTC) + LIFETIME


def _context(instance_id: str) -> str:
    return f"testing_tokens:{instance_id}"
