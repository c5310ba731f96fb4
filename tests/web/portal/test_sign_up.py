"""Signing up by forms alone."""

import pytest

ANN = "ann+clerk_test@example.com"
PASSWORD = "correct horse battery"


async def begin(visitor, **fields):
    await visitor.open("sign-up")
    return await visitor.send("sign-up", **{"email_address": ANN, "password": PASSWORD, **fields})


async def test_an_address_a_password_and_a_code_make_an_account(world, visitor):
    page = await begin(visitor, first_name="Ann")
    assert page.path == "sign-up/code"
    assert ANN in page.text
    assert "not right" in (await visitor.send(code="111111")).error_at("code")
    page = await visitor.send(code="424242")
    assert page.path == "continue"
    page = await visitor.open("profile")
    assert page.form("profile/names").values["first_name"] == "Ann"


async def test_another_code_can_be_sent(visitor):
    await begin(visitor)
    page = await visitor.send("sign-up/send")
    assert page.path == "sign-up/code"
    assert (await visitor.send(code="424242")).path == "continue"


async def test_a_weak_password_is_told_at_its_field_and_the_rest_is_kept(visitor):
    page = await begin(visitor, password="short", first_name="Ann")
    assert page.status == 422
    assert "at least 8" in page.error_at("password")
    assert page.form("sign-up").values["first_name"] == "Ann"
    assert page.form("sign-up").values["email_address"] == ANN


async def test_what_is_no_address_is_told_at_its_field(visitor):
    page = await begin(visitor, email_address="no address")
    assert page.error_at("email_address") is not None


async def test_an_address_that_is_taken_is_told_at_its_field(world, visitor):
    await world.user("ann", email=ANN)
    page = await begin(visitor)
    assert "already" in page.error_at("email_address")


async def test_what_is_required_is_asked_for(visitor):
    page = await begin(visitor, password="")
    assert page.error_at("password") == "Please fill this in."


async def test_the_terms_have_to_be_accepted_where_the_instance_asks(visitor, change_settings):
    await change_settings(sign_up={"requires_legal_consent": True})
    page = await begin(visitor)
    assert page.error_at("legal_accepted") == "Please accept them to go on."
    page = await visitor.send("sign-up", password=PASSWORD, legal_accepted="true")
    assert page.path == "sign-up/code"
    assert (await visitor.send(code="424242")).path == "continue"


async def test_what_is_still_missing_is_asked_for_on_a_page_of_its_own(visitor, change_settings):
    await begin(visitor)
    await change_settings(sign_up={"requires_legal_consent": True})
    page = await visitor.open("sign-up/more")
    assert "still missing" in page.text
    assert (await visitor.send("sign-up/more")).error_at("legal_accepted") is not None
    page = await visitor.send("sign-up/more", legal_accepted="true")
    assert page.path == "sign-up/code"


async def test_without_an_invitation_a_closed_instance_says_so(visitor, change_settings):
    await change_settings(sign_up={"mode": "restricted"})
    page = await visitor.open("sign-up")
    assert page.status == 403
    assert "by invitation" in page.text


async def test_who_is_early_joins_the_waitlist(world, visitor, change_settings):
    await change_settings(sign_up={"mode": "waitlist"})
    assert (await visitor.open("sign-up")).path == "waitlist"
    page = await visitor.send(email_address="no address")
    assert page.error_at("email_address") is not None
    page = await visitor.send(email_address=ANN)
    assert "You are on the list" in page.text
    rows = await world.sql(
        "SELECT email_address FROM waitlist_entries WHERE instance_id = $1", world.instance_id
    )
    assert [row["email_address"] for row in rows] == [ANN]


@pytest.mark.parametrize("path", ["sign-up/more", "sign-up/code", "sign-up/send"])
async def test_pages_of_a_sign_up_lead_to_its_beginning_when_none_runs(visitor, path):
    assert (await visitor.open(path)).path == "sign-up"
