"""Signing in by forms alone."""

import pytest

PASSWORD = "correct horse battery"


@pytest.fixture
async def ann(world):
    return await world.user("ann", email="ann+clerk_test@example.com", password=PASSWORD)


ANN = "ann+clerk_test@example.com"


async def test_a_password_signs_in(visitor, ann):
    page = await visitor.sign_in(ANN, PASSWORD)
    assert page.status == 200
    assert page.path == "continue"
    assert "http://app.test" in page.html


async def test_a_wrong_password_is_told_at_its_field_and_not_shown_again(visitor, ann):
    page = await visitor.sign_in(ANN, "wrong horse battery")
    assert page.status == 422
    assert page.error_at("password") == "This password is not right."
    assert "wrong horse" not in page.html
    assert (await visitor.send(password=PASSWORD)).path == "continue"


async def test_an_unknown_address_is_told_at_its_field_and_kept(visitor):
    await visitor.open("sign-in")
    page = await visitor.send(identifier="nobody@example.com")
    assert page.status == 422
    assert "found no account" in page.error_at("identifier")
    assert page.form("sign-in").values["identifier"] == "nobody@example.com"


async def test_an_empty_form_is_told_at_its_field(visitor):
    await visitor.open("sign-in")
    page = await visitor.send(identifier=" ")
    assert page.error_at("identifier") == "Please fill this in."


async def test_a_code_signs_in(visitor, ann):
    await visitor.open("sign-in")
    await visitor.send(identifier=ANN)
    await visitor.open("sign-in/ways")
    page = await visitor.send("sign-in/ways", {"strategy": "email_code"})
    assert page.path == "sign-in/code"
    assert ANN in page.text
    page = await visitor.send(code="000 000")
    assert "not right" in page.error_at("code")
    page = await visitor.send(code="424 242")
    assert page.path == "continue"


async def test_another_code_can_be_sent(visitor, ann):
    await visitor.open("sign-in")
    await visitor.send(identifier=ANN)
    await visitor.open("sign-in/ways")
    await visitor.send("sign-in/ways", {"strategy": "email_code"})
    page = await visitor.send("sign-in/ways")
    assert page.path == "sign-in/code"
    assert "on its way" in page.text


@pytest.mark.security("A5")
@pytest.mark.parametrize("strategy", ["email_code", "email_link", "reset_password_email_code"])
async def test_a_stranger_s_pages_read_like_those_of_somebody_known(world, visitors, ann, strategy):
    await world.configure(
        sign_in={"hides_unknown_identifiers": True},
        attributes={"email_address": {"first_factors": ["email_code", "email_link"]}},
    )
    texts = []
    for identifier in (ANN, "nobody@example.com"):
        visitor = visitors()
        await visitor.open("sign-in")
        await visitor.send(identifier=identifier)
        last = "sign-in/forgot" if strategy.startswith("reset") else "sign-in/ways"
        seen = [await visitor.open(each) for each in ("sign-in/ways", "sign-in/forgot", last)]
        seen += [await visitor.send("sign-in/ways", {"strategy": strategy}) for _ in range(2)]
        texts.append([each.text.replace(identifier, "…") for each in seen])
    assert texts[0] == texts[1]


async def test_a_forgotten_password_is_replaced(visitor, visitors, ann):
    await visitor.open("sign-in")
    await visitor.send(identifier=ANN)
    await visitor.open("sign-in/forgot")
    await visitor.send("sign-in/ways", {"strategy": "reset_password_email_code"})
    page = await visitor.send(code="424242")
    assert page.path == "sign-in/new-password"
    page = await visitor.send(new_password="short")
    assert page.error_at("new_password") is not None
    page = await visitor.send(new_password="a wholly new sentence")
    assert page.path == "continue"
    assert (await visitors().sign_in(ANN, "a wholly new sentence")).path == "continue"


async def test_pages_of_a_sign_in_lead_to_its_beginning_when_none_runs(visitor):
    for path in (
        "sign-in/password",
        "sign-in/ways",
        "sign-in/forgot",
        "sign-in/code",
        "sign-in/new-password",
        "sign-in/second",
        "sign-in/second/backup",
        "sign-in/second/ways",
        "sign-in/second/code",
        "sign-in/device",
    ):
        assert (await visitor.open(path)).path == "sign-in"


async def test_where_the_person_came_from_is_kept_through_the_flow(visitor, ann):
    back = "http://app.test/orders?page=2"
    await visitor.open("sign-in", redirect_url=back)
    await visitor.send(identifier=ANN)
    page = await visitor.send(password=PASSWORD)
    assert page.path == "continue"
    assert 'href="http://app.test/orders?page=2"' in page.html


async def test_an_unknown_device_is_asked_for_a_code(change_settings, visitor, ann):
    await change_settings(sign_in={"trusts_known_devices_only": True})
    page = await visitor.sign_in(ANN, PASSWORD)
    assert page.path == "sign-in/device"
    page = await visitor.send("sign-in/second/ways")
    assert page.path == "sign-in/second/code"
    assert (await visitor.send(code="424242")).path == "continue"
