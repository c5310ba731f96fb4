"""Writes the text that stands beside the HTML of a mail, for those who read no HTML."""

import re
from html import unescape

_NAME = re.compile(r"/?[a-z0-9:-]*", re.IGNORECASE)
_ADDRESS = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
# What fills the line that a mailbox shows beside the subject, and is seen nowhere.
_FILLERS = re.compile("[\u00ad\u034f\u2007\u200b\u200c\ufeff]")
_RUNS = re.compile(" {2,}")
_BLANK = re.compile(r" ?\n ?")
_GAPS = re.compile(r"\n{3,}")
_LINES = frozenset({"br", "tr", "li", "/li", "/tr"})
_PARAGRAPHS = frozenset(
    {"p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "hr", "section"}
)
_UNSEEN = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("style", "script", "title")}


def plain_text(page: str) -> str:
    """The words of a page with the addresses of its links, in time proportional to its length."""
    parts: list[str] = []
    address: str | None = None
    at = 0
    while at < len(page):
        start = page.find("<", at)
        end = len(page) if start < 0 else start
        parts.append(_SPACES.sub(" ", unescape(_SPACES.sub(" ", page[at:end]))))
        if start < 0:
            break
        if page.startswith("<!--", start):
            at = _behind(page, "-->", start)
            continue
        at = _behind(page, ">", start)
        tag = page[start + 1 : at - 1]
        matched = _NAME.match(tag)
        name = matched[0].lower() if matched else ""
        if name in _UNSEEN:
            closing = _UNSEEN[name].search(page, at)
            at = len(page) if closing is None else closing.start()
        elif name == "a":
            address = _address(tag)
        elif name == "/a" and address:
            parts.append(f"\n{address}\n")
            address = None
        elif name in _LINES:
            parts.append("\n")
        elif name.removeprefix("/") in _PARAGRAPHS:
            parts.append("\n\n")
    return _tidied("".join(parts))


def _behind(page: str, what: str, start: int) -> int:
    end = page.find(what, start)
    return len(page) if end < 0 else end + len(what)


def _address(tag: str) -> str | None:
    found = _ADDRESS.search(tag)
    address = unescape((found[1] or found[2] or "") if found else "").strip()
    return address if address.startswith(("http://", "https://", "mailto:")) else None


def _tidied(text: str) -> str:
    lines = _BLANK.sub("\n", _RUNS.sub(" ", _FILLERS.sub("", text)))
    return _GAPS.sub("\n\n", lines).strip() + "\n"
