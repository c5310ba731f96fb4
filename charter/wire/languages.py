"""Texts in several languages, and the language that a browser wants."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

DEFAULT = "en"
MAX_ACCEPTED = 20
"""Languages of an Accept-Language header that are looked at."""


class Words:
    """The texts of one language, by key."""

    def __init__(self, locale: str, texts: Mapping[str, str]) -> None:
        self.locale = locale
        self.texts = MappingProxyType(dict(texts))

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text of a key with its facts filled in.

        Raises: KeyError, for a key or a fact that is missing.
        """
        return self.texts[key].format(**facts)

    def __contains__(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts


Catalogues = Mapping[str, Words]
"""The same texts in every language, by its tag."""


def load(folder: Path) -> Catalogues:
    """Read the catalogues of a folder: a file `en.json`, and one for every other language."""
    files = sorted(folder.glob("*.json"))
    return MappingProxyType(
        {file.stem: Words(file.stem, json.loads(file.read_text("utf-8"))) for file in files}
    )


def choose(catalogues: Catalogues, asked: str | None, accept_language: str | None) -> Words:
    """The language to speak: the one asked for, else the best that the browser accepts.

    Source: RFC 9110 section 12.5.4; RFC 4647 section 3.4 (lookup).
    """
    for wanted in (asked or "", *_accepted(accept_language or "")):
        found = catalogues.get(wanted.partition("-")[0].lower())
        if found is not None:
            return found
    return catalogues[DEFAULT]


def _accepted(header: str) -> list[str]:
    """Language tags, the most wanted first; those with a weight of nothing are left out."""
    weighed: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")[:MAX_ACCEPTED]):
        tag, _, parameter = part.strip().partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name == "q" else 1.0
        except ValueError:
            continue
        if tag and 0 < weight <= 1:
            weighed.append((-weight, position, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]
