"""Writes the pages of the outbox: messages in, HTML out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from charter.core.mail.model import UnsafeLink, refuse_unsafe_link
from charter.core.messages.model import OutboxMessage
from charter.web.pages import TEMPLATES

STATUSES = {
    "queued": "Queued",
    "sent": "Sent",
    "failed": "Failed",
    "captured": "Kept here",
    "handed_over": "Left to the app",
}

EXAMPLE = """eval "$(.venv/bin/charter env)"
curl "$CHARTER_API_URL/v1/invitations" \\
  -H "Authorization: Bearer $CHARTER_SECRET_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"email_address": "ann@example.com"}'"""


def render_list(
    messages: Sequence[OutboxMessage],
    selected: OutboxMessage | None = None,
    *,
    is_reading: bool = False,
) -> str:
    """Write the page with the messages, newest first, and the selected one beside them.

    is_reading: somebody chose the message: new mail does not take its place, and a phone shows
        the message instead of the list.
    """
    page = TEMPLATES.get_template("outbox/templates/list.html")
    return page.render(
        place="outbox",
        messages=messages,
        selected=selected,
        is_reading=is_reading,
        statuses=STATUSES,
    )


def render_message(message: OutboxMessage) -> str:
    """Write one message as the article that `render_list` puts beside the list."""
    parts = TEMPLATES.get_template("outbox/templates/parts.html").make_module(
        {"statuses": STATUSES}
    )
    return str(parts.letter(message))  # type: ignore[attr-defined]


def render_empty(command: str = EXAMPLE) -> str:
    """Write the page of an outbox without messages: how to send one, as a shell command."""
    page = TEMPLATES.get_template("outbox/templates/empty.html")
    return page.render(place="outbox", is_missing=False, command=command)


def render_missing() -> str:
    """Write the page for the address of a message that is not in the outbox."""
    page = TEMPLATES.get_template("outbox/templates/empty.html")
    return page.render(place="outbox", is_missing=True)


def web_links(links: Sequence[str]) -> list[str]:
    """Keep the links that lead to a web page: nothing else becomes a button."""
    kept = []
    for link in links:
        try:
            refuse_unsafe_link(link)
        except UnsafeLink:
            continue
        kept.append(link)
    return kept


def _place(link: str) -> str:
    """Name where a link leads: its host and path, without what may be secret in it."""
    parts = urlsplit(link)
    path = parts.path.rstrip("/")
    path = path if len(path) <= 32 else path[:31] + "…"
    return (parts.hostname or "") + path


def deed(message: OutboxMessage, link: str) -> str:
    """Say what a link does, as the line above it in the text says; otherwise where it leads."""
    above = ""
    for line in filter(None, map(str.strip, message.text.splitlines())):
        if line == link and above.endswith(":"):
            return above.removesuffix(":")
        above = line
    return f"Open {_place(link)}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


TEMPLATES.filters.update(
    web_links=web_links, deed=deed, place=_place, moment=_moment, iso=_iso, words=_words
)
