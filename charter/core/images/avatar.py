"""Users and organizations without an image get one: initials on a gradient of their own."""

import colorsys
import hashlib
import unicodedata
from xml.sax.saxutils import escape

SIDE = 128
# WCAG 2.2, 1.4.3: white text of any size is readable from here on.
MINIMUM_CONTRAST = 4.5

_SILHOUETTE = (
    '<g fill="#fff" fill-opacity=".92"><circle cx="64" cy="50" r="20"/>'
    '<path d="M24 112a40 34 0 0 1 80 0z"/></g>'
)


def initials_avatar(seed: str, initials: str) -> str:
    """Draw an SVG of 128 by 128: the same seed always gives the same colours.

    seed: an id, which does not appear in the picture.
    initials: of which the first two characters are shown; without any, the outline of a person.
    """
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    hue = int.from_bytes(digest[:2]) / 65_536
    # Neighbouring hues make a calm gradient, opposite ones a loud one.
    turn = (0.06 + digest[2] / 255 * 0.08) * (1 if digest[3] % 2 else -1)
    first, second = _colour(hue), _colour((hue + turn) % 1)
    # Pictures may stand in one document, where names of gradients are shared.
    name = f"g{digest[4:10].hex()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}"'
        f' viewBox="0 0 {SIDE} {SIDE}" role="img">'
        f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="{first}"/><stop offset="1" stop-color="{second}"/>'
        f'</linearGradient></defs><rect width="{SIDE}" height="{SIDE}" fill="url(#{name})"/>'
        f"{_text(initials)}</svg>"
    )


def _text(initials: str) -> str:
    shown = "".join(each for each in initials if unicodedata.category(each)[0] not in "CZM")
    shown = shown.upper()[:2]
    if not shown:
        return _SILHOUETTE
    return (
        '<text x="64" y="64" dy=".35em" text-anchor="middle" fill="#fff" font-size="52"'
        ' font-weight="600" font-family="system-ui,-apple-system,Segoe UI,Roboto,sans-serif"'
        f' letter-spacing="1">{escape(shown)}</text>'
    )


def _colour(hue: float) -> str:
    """A colour of this hue (0 to 1), as light as white text on it allows."""
    for percent in range(58, 0, -1):
        red, green, blue = colorsys.hls_to_rgb(hue, percent / 100, 0.62)
        levels = [round(part * 255) for part in (red, green, blue)]
        if 1.05 / (luminance(*levels) + 0.05) >= MINIMUM_CONTRAST:
            break
    return "#{:02x}{:02x}{:02x}".format(*levels)


def luminance(red: int, green: int, blue: int) -> float:
    """The relative luminance of a colour of sRGB, 0 to 1. Source: WCAG 2.2, relative luminance."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red / 255, green / 255, blue / 255)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
