"""The texts that come with the server: the words of a locale, put into the layouts.

What comes out is in the language that an app's own texts are written in, so that an app can begin
with it. A file of words is sections, each after a line `= name`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from charter.core.mail.kinds import KINDS, Kind
from charter.core.mail.language import Text, read

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_LOCALE = "en"

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SECTION = re.compile(r"^= (\w+)\n", re.MULTILINE)
_PIECE = re.compile(r"\{\{> (\w+)\}\}\n?")
_BLANK_LINES = re.compile(r"\n\s*\n")
# A paragraph that is one condition is left out whole where that does not hold.
_CONDITIONAL = re.compile(r"(\{\{#if [\w.]+\}\})((?:(?!\{\{[#/]|\{\{else\}\}).)+)(\{\{/if\}\})")

TEXT_MESSAGES = {
    "sms_verification_code": (
        "{{otp_code}} is your {{app.name}} verification code. Do not share it."
    ),
    "sms_reset_password_code": (
        "{{otp_code}} is your code for a new password at {{app.name}}. Do not share it."
    ),
    "sms_invitation": "You can sign up at {{app.name}} now: {{action_url}}",
}
"""What text messages say."""


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of a mail as they are written: a line, a page, and the same in plain text."""

    subject: str
    page: str
    plain: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a message, read. plain: None, where it is made from the page."""

    subject: Text
    page: Text
    plain: Text | None = None


@lru_cache(256)
def wording(kind: str, language: str = DEFAULT_LOCALE, paragraphs: int = 0) -> Wording:
    """The texts of a kind of mail. paragraphs: how many a notice has."""
    written = source(kind, language, paragraphs)
    return Wording(read(written.subject), read(written.page), read(written.plain))


@lru_cache(256)
def source(kind: str, language: str = DEFAULT_LOCALE, paragraphs: int = 0) -> Source:
    """The texts of a kind of mail as they are written. language: one that `language_of` gave."""
    given = _sections(language, "common") | _sections(language, kind)
    before = "\n\n".join(f"{{{{paragraph_{number + 1}}}}}" for number in range(paragraphs))
    given["before"] = given["before"].replace("{{> paragraphs}}", before)
    page = {name: escape(words, quote=False) for name, words in given.items()}
    return Source(
        given["subject"],
        _composed(KINDS[kind], page, language, "html"),
        _composed(KINDS[kind], given, language, "txt"),
    )


@lru_cache(16)
def text_message(kind: str) -> Text:
    """The text of a kind of text message."""
    return read(TEXT_MESSAGES[kind])


def language_of(kind: str, locale: str) -> str:
    """The locale, its language or English: the first that has words for a kind.

    locale: a BCP 47 tag, from wherever.
    """
    if _LOCALE.fullmatch(locale):
        for name in (locale, locale.split("-", maxsplit=1)[0]):
            if _is_written(kind, name):
                return name
    return DEFAULT_LOCALE


@lru_cache(1024)
def _is_written(kind: str, language: str) -> bool:
    return (TEMPLATES / language / f"{kind}.txt").is_file()


def _sections(language: str, name: str) -> dict[str, str]:
    _, *parts = _SECTION.split((TEMPLATES / language / f"{name}.txt").read_text())
    return {key: words.strip() for key, words in zip(parts[::2], parts[1::2], strict=True)}


def _composed(kind: Kind, given: dict[str, str], language: str, form: str) -> str:
    """The layout of a form, `html` or `txt`, with the words of a kind in it."""

    def snippet(name: str) -> str:
        return (TEMPLATES / f"{name}.{form}").read_text()

    def block(name: str, fact: str) -> str:
        if fact not in kind.facts:
            return ""
        made = snippet(name).replace("{{action_url}}", f"{{{{{kind.link}}}}}")
        return made if fact in kind.required else f"{{{{#if {kind.link}}}}}{made}{{{{/if}}}}"

    def paragraphs(name: str) -> str:
        around = snippet("paragraph")
        made = []
        for words in filter(str.strip, _BLANK_LINES.split(given[name])):
            whole = _CONDITIONAL.fullmatch(words)
            opening, inner, closing = whole.groups() if whole else ("", words, "")
            made.append(opening + around.replace("{{> paragraph}}", inner) + closing)
        return "".join(made)

    pieces = {
        **{name: given[name] for name in ("heading", "preview", "reason")},
        "language": language,
        "before": paragraphs("before"),
        "after": paragraphs("after"),
        "code": block("code", "code"),
        "button": block("button", "action_url"),
        "link": block("link", "action_url") if form == "html" else "",
    }
    inner = {name: given[name] for name in ("action", "fallback")}
    made = _put(snippet("layout"), pieces)
    return _put(made, inner)


def _put(text: str, pieces: dict[str, str]) -> str:
    def piece(found: re.Match[str]) -> str:
        if found[1] not in pieces:
            return found[0]
        made = pieces[found[1]]
        is_line = found[0].endswith("\n")
        return made if made.endswith("\n") or not is_line or not made else made + "\n"

    return _PIECE.sub(piece, text)
