"""The texts of the pages in every language they speak."""

from pathlib import Path

from charter.wire import languages
from charter.wire.languages import Words

FOLDER = Path(__file__).parent / "locales"
CATALOGUES = languages.load(FOLDER)


def choose(asked: str | None, accept_language: str | None) -> Words:
    """The language to speak: the one asked for, else the best that the browser accepts."""
    return languages.choose(CATALOGUES, asked, accept_language)
