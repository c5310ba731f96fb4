"""Colours that an owner chose, and what can be read on and beside them."""

import colorsys
import re

DEFAULT = "#1f6f54"
"""The primary colour of an instance whose owner chose none."""
TEXT_CONTRAST = 4.5
"""Of text to what it stands on. Source: WCAG 2.2, 1.4.3."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

Rgb = tuple[float, float, float]


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour is, 0 to 1. Source: WCAG 2.2, relative luminance."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: str, on: str, ratio: float) -> str:
    """The nearest shade of a colour that has this contrast to another."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    step = 0.02 if luminance(on) < 0.18 else -0.02
    shade = colour
    while contrast(shade, on) < ratio and 0 <= lightness <= 1:
        lightness += step
        shade = _hex(colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation))
    return shade


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share, 0 to 1, of another in it."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    red, green, blue = (mine * (1 - share) + theirs * share for mine, theirs in pairs)
    return _hex((red, green, blue))


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
