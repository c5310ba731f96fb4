"""The colours of an instance: its primary colour, and what can be read on and beside it."""

import colorsys
import hashlib
import re
from dataclasses import dataclass

DEFAULT_PRIMARY = "#1f6f54"
LIGHT_SURFACE, DARK_SURFACE = "#ffffff", "#191c1b"
TEXT_CONTRAST = 4.6
"""WCAG 2.2, 1.4.3 asks for 4.5."""
SHAPE_CONTRAST = 3.0
"""WCAG 2.2, 1.4.11."""
INKS = ("#ffffff", "#000000")
"""Of these two one can be read on every colour."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """A stylesheet that sets the colours of one instance. `version` names its content."""

    css: str
    version: str


def theme_of(primary_color: str | None) -> Theme:
    """The stylesheet for a primary colour, `#rrggbb`; without one, or for no colour, ours."""
    given = (primary_color or "").lower()
    css = _stylesheet(given if _COLOUR.fullmatch(given) else DEFAULT_PRIMARY)
    return Theme(css, hashlib.sha256(css.encode()).hexdigest()[:12])


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, on: str, ratio: float) -> str:
    """The nearest shade of a colour that has this contrast to another."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    step = 0.02 if _luminance(on) < 0.18 else -0.02
    shade = colour
    while contrast(shade, on) < ratio and 0 <= lightness <= 1:
        lightness += step
        shade = _hex(colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation))
    return shade


def _stylesheet(primary: str) -> str:
    ink = max(INKS, key=lambda each: contrast(primary, each))
    light = _colours(primary, ink, LIGHT_SURFACE)
    dark = _colours(primary, ink, DARK_SURFACE)
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _colours(primary: str, ink: str, surface: str) -> str:
    wash = _mixed(surface, primary, 0.08 if surface == LIGHT_SURFACE else 0.16)
    values = {
        "primary": primary,
        "primary-ink": ink,
        "primary-hover": _mixed(primary, "#000000" if ink == INKS[0] else "#ffffff", 0.1),
        "primary-edge": readable(primary, surface, SHAPE_CONTRAST),
        # A wash may be darker than its surface, or lighter: links stand on both.
        "accent": readable(readable(primary, wash, TEXT_CONTRAST), surface, TEXT_CONTRAST),
        "wash": wash,
    }
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    red, green, blue = (mine * (1 - share) + theirs * share for mine, theirs in pairs)
    return _hex((red, green, blue))


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
