"""Drawn avatars: always the same for one seed, readable, and never a way in."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.core.images import initials_avatar
from charter.core.images.avatar import MINIMUM_CONTRAST, luminance

SVG = "{http://www.w3.org/2000/svg}"


def drawn(seed, initials):
    return ET.fromstring(initials_avatar(seed, initials))


def text_of(root):
    found = root.find(f"{SVG}text")
    return None if found is None else found.text


def colours_of(root):
    return [stop.get("stop-color") for stop in root.iter(f"{SVG}stop")]


def test_one_seed_gives_one_picture_and_another_seed_another():
    assert initials_avatar("user_1", "AB") == initials_avatar("user_1", "AB")
    assert colours_of(drawn("user_1", "AB")) != colours_of(drawn("user_2", "AB"))


def test_many_seeds_give_many_colours():
    assert len({colours_of(drawn(f"user_{n}", "AB"))[0] for n in range(300)}) > 150


@pytest.mark.parametrize(
    ("initials", "shown"),
    [
        ("AB", "AB"),
        ("ab", "AB"),
        (" a b c", "AB"),
        ("ß", "SS"),
        ("日本語", "日本"),
        ("<&", "<&"),
        ("", None),
        (" \u200b\x00\u202e\ud800", None),
    ],
)
def test_two_characters_that_can_be_seen_are_shown(initials, shown):
    assert text_of(drawn("user_1", initials)) == shown


def test_without_initials_the_outline_of_a_person_is_drawn():
    assert drawn("user_1", "").find(f"{SVG}g/{SVG}circle") is not None


@given(st.text(st.characters(), max_size=20))
def test_white_text_is_readable_on_every_colour(seed):
    for colour in colours_of(drawn(seed, "AB")):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert 1.05 / (luminance(red, green, blue) + 0.05) >= MINIMUM_CONTRAST


@pytest.mark.security("K3")
@given(st.text(st.characters()), st.text(st.characters()) | st.text("<>&\"'/! x]["))
def test_whatever_the_initials_the_picture_has_no_part_that_acts(seed, initials):
    root = drawn(seed, initials)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    allowed = {"svg", "defs", "linearGradient", "stop", "rect", "text", "g", "circle", "path"}
    assert names <= allowed
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") or "href" in name for name in attributes)


@pytest.mark.security("K3")
def test_the_seed_does_not_appear_in_the_picture():
    assert "user_secret" not in initials_avatar("user_secret", "AB")
