"""Passkeys on the pages, as far as no device is needed."""

import json
import re

import pytest

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def visitor(visitor):
    """A visitor at the address that passkeys are made for."""
    visitor.client.base_url = "http://auth.test"
    visitor.origin = "http://auth.test"
    return visitor


def options(page):
    """What the page asks a device for."""
    import html

    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page.html)[1]))


async def test_a_device_is_asked_for_a_new_passkey(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    await visitor.sign_in(ANN, PASSWORD)
    await visitor.open("profile/security")
    page = await visitor.send("profile/passkeys")
    asked = options(page)
    assert asked["rp"]["id"] == "auth.test"
    assert len(asked["challenge"]) >= 22
    page = await visitor.send("profile/passkeys", public_key_credential="nonsense")
    assert page.status == 422
    assert "could not be read" in page.text
    assert "Sign-in and security" in page.text


async def test_a_device_is_asked_for_its_passkey_once(visitor):
    await visitor.open("sign-in")
    page = await visitor.send("sign-in/passkey")
    assert page.path == "sign-in/passkey"
    first = options(page)["challenge"]
    page = await visitor.send("sign-in/passkey", public_key_credential="nonsense")
    assert page.status == 422
    assert first not in page.html
    page = await visitor.send("sign-in/passkey")
    assert options(page)["challenge"] != first


async def test_without_scripts_the_page_says_that_it_needs_them(visitor):
    await visitor.open("sign-in")
    page = await visitor.send("sign-in/passkey")
    assert "<noscript>" in page.html
    assert "JavaScript" in page.text
