"""The stylesheet with the colours of an instance, for every page that a person sees."""

import hashlib
from dataclasses import dataclass

from charter.core.instances.colours import COLOUR, DEFAULT, contrast, mixed, readable

LIGHT_SURFACE, DARK_SURFACE = "#ffffff", "#191c1b"
LINK_CONTRAST = 4.6
"""WCAG 2.2, 1.4.3 asks for 4.5."""
SHAPE_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11."""
INKS = ("#ffffff", "#000000")
"""Of these two one can be read on every colour."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A stylesheet that sets the colours of one instance. `version` names its content."""

    css: str
    version: str


def theme_of(primary_color: str | None) -> Theme:
    """The stylesheet for a primary colour, `#rrggbb`; without one, or for no colour, ours."""
    given = (primary_color or "").lower()
    css = _stylesheet(given if COLOUR.fullmatch(given) else DEFAULT)
    return Theme(css, hashlib.sha256(css.encode()).hexdigest()[:12])


def _stylesheet(primary: str) -> str:
    ink = max(INKS, key=lambda each: contrast(primary, each))
    light = _colours(primary, ink, LIGHT_SURFACE)
    dark = _colours(primary, ink, DARK_SURFACE)
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _colours(primary: str, ink: str, surface: str) -> str:
    wash = mixed(surface, primary, 0.08 if surface == LIGHT_SURFACE else 0.16)
    values = {
        "primary": primary,
        "primary-ink": ink,
        "primary-hover": mixed(primary, "#000000" if ink == INKS[0] else "#ffffff", 0.1),
        "primary-edge": readable(primary, surface, SHAPE_CONTRAST),
        # A wash may be darker than its surface, or lighter: links stand on both.
        "accent": readable(readable(primary, wash, LINK_CONTRAST), surface, LINK_CONTRAST),
        "wash": wash,
    }
    return "".join(f"--{name}:{value};" for name, value in values.items())
