"""The colours of an instance can be read, whatever its owner chose."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from charter.core.instances.colours import contrast
from charter.wire.theme import DARK_SURFACE, LIGHT_SURFACE, theme_of

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


def values(css: str) -> list[dict[str, str]]:
    """The colours by name: those of light, those of dark."""
    return [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6});", part)) for part in css.split("@media")]


@given(colours)
@example("#010000")
def test_every_colour_gives_readable_pages(colour):
    light, dark = values(theme_of(colour).css)
    for found, surface in ((light, LIGHT_SURFACE), (dark, DARK_SURFACE)):
        assert contrast(found["primary-ink"], found["primary"]) >= 4.5
        assert contrast(found["primary-ink"], found["primary-hover"]) >= 4.5
        assert contrast(found["accent"], surface) >= 4.5
        assert contrast(found["accent"], found["wash"]) >= 4.5
        assert contrast(found["primary-edge"], surface) >= 3


@pytest.mark.security("K3")
@pytest.mark.parametrize("colour", ["red", "#12", "#123456;}body{display:none", "url(x)", "", None])
def test_what_is_no_colour_is_ours(colour):
    assert theme_of(colour) == theme_of("#1f6f54")


async def test_an_instance_has_its_own_stylesheet(visitor, change_settings):
    await change_settings(branding={"primary_color": "#ff6600"})
    page = await visitor.open("sign-in")
    address = re.search(r'href="([^"]*theme\.css[^"]*)"', page.html)[1]
    response = await visitor.client.get(address)
    assert "--primary:#ff6600" in response.text
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]
    plain = await visitor.client.get(address.partition("?")[0])
    assert plain.headers["cache-control"] == "no-cache"
