"""Writes the text that stands beside the HTML of a mail, for those who read no HTML."""

import re
from html import unescape

# No part of it can hold what begins or ends it, so that nothing is looked at twice.
_TAG = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"/?[a-z0-9:-]*", re.IGNORECASE)
_ADDRESS = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
# What fills the line that a mailbox shows beside the subject, and is seen nowhere.
_FILLERS = re.compile("[\u00ad\u034f\u2007\u200b\u200c\ufeff]")
_BLANK = re.compile(r" ?\n ?")
_GAPS = re.compile(r"\n{3,}")
_RUNS = re.compile(" {2,}")
_UNSEEN = frozenset({"style", "script", "title"})
_PARAGRAPHS = ("p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "section")
_BREAKS = {
    **dict.fromkeys(("br", "tr", "li", "/li", "/tr"), "\n"),
    **{mark + name: "\n\n" for name in _PARAGRAPHS for mark in ("", "/")},
    "hr": "\n\n",
}


def plain_text(page: str) -> str:
    """The words of a page with the addresses of its links, in time proportional to its length."""
    parts: list[str] = []
    address: str | None = None
    unseen: str | None = None
    # Words and tags by turns, words first.
    for number, piece in enumerate(_TAG.split(_without_comments(page))):
        if not number % 2:
            if piece and unseen is None:
                parts.append(unescape(_SPACES.sub(" ", piece)) if "&" in piece else piece)
            continue
        matched = _NAME.match(piece)
        name = matched[0].lower() if matched else ""
        if unseen is not None:
            unseen = None if name == unseen else unseen
        elif name in _BREAKS:
            parts.append(f"\0{_BREAKS[name]}\0")
        elif name == "a":
            address = _address(piece)
        elif name == "/a" and address:
            parts.append(f"\0\n\0{address}\0\n\0")
            address = None
        elif name in _UNSEEN:
            unseen = f"/{name}"
    return _tidied(parts)


def _without_comments(page: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := page.find("<!--", at)) >= 0:
        parts.append(page[at:start])
        end = page.find("-->", start + 4)
        at = len(page) if end < 0 else end + 3
    parts.append(page[at:])
    return "".join(parts)


def _address(tag: str) -> str | None:
    found = _ADDRESS.search(tag)
    address = unescape((found[1] or found[2] or "") if found else "").strip()
    return address if address.startswith(("http://", "https://", "mailto:")) else None


def _tidied(parts: list[str]) -> str:
    """The parts with the white space of a text: breaks are between NULs, all else is a space."""
    pieces = "".join(parts).split("\0")
    text = "".join(
        piece if piece in ("\n", "\n\n") else _SPACES.sub(" ", piece) for piece in pieces
    )
    lines = _BLANK.sub("\n", _RUNS.sub(" ", _FILLERS.sub("", text)))
    return _GAPS.sub("\n\n", lines).strip() + "\n"
