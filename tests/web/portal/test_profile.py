"""Keeping one's own account by forms alone."""

import io

import pytest
from PIL import Image

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def ann(world, visitor):
    """Ann, who is signed in."""
    made = await world.user(
        "ann", email=ANN, password=PASSWORD, first_name="Ann", last_name="Lindqvist"
    )
    await visitor.sign_in(ANN, PASSWORD)
    return made


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(data, "PNG")
    return data.getvalue()


async def test_pages_of_an_account_lead_a_stranger_to_the_sign_in_and_back(world, visitor):
    await world.user("ann", email=ANN, password=PASSWORD)
    page = await visitor.open("profile/security")
    assert page.path == "sign-in"
    await visitor.send(identifier=ANN)
    assert (await visitor.send(password=PASSWORD)).path == "profile/security"


async def test_names_are_changed(visitor, ann):
    await visitor.open("profile")
    page = await visitor.send("profile/names", first_name="Anna")
    assert "Saved." in page.text
    assert page.form("profile/names").values["first_name"] == "Anna"


async def test_a_name_that_is_refused_is_told_at_its_field(visitor, ann):
    await visitor.open("profile")
    page = await visitor.send("profile/names", first_name="x" * 300)
    assert page.status == 422
    assert page.error_at("first_name") is not None


async def test_a_picture_is_shown_and_taken_away(visitor, ann):
    await visitor.open("profile")
    page = await visitor.send("profile/picture", picture=("me.png", picture(), "image/png"))
    assert "/images/files/users/" in page.html
    page = await visitor.send("profile/picture", {"remove": "true"})
    assert "/images/files/users/" not in page.html


async def test_what_is_no_picture_is_refused(visitor, ann):
    await visitor.open("profile")
    page = await visitor.send("profile/picture", picture=("me.png", b"no", "image/png"))
    assert page.status == 422
    assert page.complaint("picture") == "Choose a JPEG, PNG, WebP or GIF."


async def test_an_address_is_added_proven_made_primary_and_removed(visitor, ann):
    await visitor.open("profile/email/new")
    page = await visitor.send(email_address="no address")
    assert page.error_at("email_address") is not None
    page = await visitor.send(email_address="anna+clerk_test@example.com")
    assert page.path.endswith("/code")
    assert "not right" in (await visitor.send(code="111111")).error_at("code")
    page = await visitor.send(code="424242")
    assert page.path == "profile"
    assert "Confirmed." in page.text
    page = await visitor.send(holding={"do": "primary"})
    assert "Saved." in page.text
    page = await visitor.send(holding={"do": "remove"})
    assert ANN not in page.text


async def test_a_password_is_changed_by_who_knows_it(visitor, visitors, ann):
    await visitor.open("profile/security")
    page = await visitor.send(
        "profile/password", current_password="wrong one", new_password="a wholly new sentence"
    )
    assert page.error_at("current_password") == "This password is not right."
    assert "wholly" not in page.html
    page = await visitor.send(
        "profile/password", current_password=PASSWORD, new_password="a wholly new sentence"
    )
    assert "Your password is changed." in page.text
    assert (await visitors().sign_in(ANN, "a wholly new sentence")).path == "continue"


async def test_another_device_is_signed_out(visitor, visitors, ann):
    other = visitors()
    await other.sign_in(ANN, PASSWORD)
    await visitor.open("profile/security")
    page = await visitor.send("profile/sessions")
    assert "That device is signed out." in page.text
    assert (await other.open("profile")).path == "sign-in"


async def test_an_account_is_deleted_by_who_types_the_word(visitor, ann):
    await visitor.open("profile/security")
    page = await visitor.send("profile/delete", confirm_delete="no")
    assert page.error_at("confirm_delete") == "This is not the word."
    page = await visitor.send("profile/delete", confirm_delete="Delete")
    assert page.path == "signed-out"
    await visitor.open("sign-in")
    assert "found no account" in (await visitor.send(identifier=ANN)).error_at("identifier")


async def test_a_change_that_needs_a_fresh_proof_asks_for_one(
    visitor, ann, change_settings, move_sessions_back
):
    await change_settings(sign_in={"asks_again_for_changes": True})
    await move_sessions_back(minutes=30)
    await visitor.open("profile/security")
    page = await visitor.send("profile/app")
    assert page.path == "confirm"
    assert "not right" in (await visitor.send(password="wrong one")).error_at("password")
    page = await visitor.send(password=PASSWORD)
    assert page.path == "profile/security"
    await visitor.open("profile/security")
    assert (await visitor.send("profile/app")).path == "profile/app"


async def test_signing_out_ends_the_session_of_this_browser(visitor, ann):
    await visitor.open("sign-out")
    assert (await visitor.send()).path == "signed-out"
    assert (await visitor.open("profile")).path == "sign-in"
