"""Where an instance hides who is known, sign-ups look the same for everybody and nobody."""

import pytest

from tests.browsing import PASSWORD
from tests.sent import sent, work_off

KNOWN, UNKNOWN = "ann@example.com", "nobody@example.com"
OWN_FACTS = ("id", "email_address", "phone_number", "abandon_at", "expire_at")


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


@pytest.fixture
async def hidden(world):
    """An instance that does not tell who is known, and somebody whom it knows."""
    await world.configure(
        sign_in={"hides_unknown_identifiers": True},
        sign_up={"is_progressive": True, "ignores_gmail_dots": True},
        attributes={
            "email_address": {"verifications": ["email_code", "email_link"]},
            "phone_number": {"is_enabled": True},
        },
    )
    await world.user("ann", password=PASSWORD, phone_numbers=["+491701234567"])
    await world.user("gwen", email="g.wen@gmail.com")


def looks(value):
    """An answer without what is every sign-up's own."""
    if isinstance(value, dict):
        return {key: looks(each) for key, each in value.items() if key not in OWN_FACTS}
    return [looks(each) for each in value] if isinstance(value, list) else value


async def steps(browser, field, identifier, strategy):
    """What a sign-up with somebody's identifier is answered, from its beginning to its last try."""
    begun = await browser.post("/client/sign_ups", {field: identifier, "password": PASSWORD})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    form = {"strategy": strategy, "redirect_url": "http://app.test/verify"}
    answers = [begun]
    answers += [await browser.post(path + "/prepare_verification", form) for _ in range(2)]
    if strategy != "email_link":
        form = {"strategy": strategy, "code": "000000"}
        answers += [await browser.post(path + "/attempt_verification", form) for _ in range(7)]
    answers.append(await browser.get(path))
    return [
        (each.status_code, looks(each.json().get("response") or each.json()["errors"]))
        for each in answers
    ]


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize(
    ("field", "known", "unknown", "strategy"),
    [
        ("email_address", KNOWN, UNKNOWN, "email_code"),
        ("email_address", "ANN@example.com ", UNKNOWN, "email_code"),
        ("email_address", KNOWN, UNKNOWN, "email_link"),
        ("email_address", "gwen@gmail.com", "owen@gmail.com", "email_code"),
        ("email_address_or_phone_number", KNOWN, UNKNOWN, "email_code"),
        ("phone_number", "+491701234567", "+491701234568", "phone_code"),
    ],
)
async def test_a_sign_up_looks_the_same_whether_somebody_has_the_identifier_or_not(
    browser, field, known, unknown, strategy
):
    told = [await steps(browser, field, each, strategy) for each in (known, unknown)]
    assert told[0] == told[1]
    assert told[0][0][0] == 200


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
async def test_who_has_the_address_is_told_by_mail_and_sent_no_code(world, browser):
    await steps(browser, "email_address", KNOWN, "email_code")
    await work_off(world)
    messages = await sent(world, KNOWN)
    assert {each.subject for each in messages} == {"You have an account already"}
    assert not any(each.code for each in messages)


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
async def test_nobody_gets_in_by_the_address_of_another(world, browser):
    begun = await browser.post(
        "/client/sign_ups", {"email_address": KNOWN, "password": "a phrase of the thief"}
    )
    assert begun.json()["response"]["status"] == "missing_requirements"
    assert begun.json()["client"]["sessions"] == []
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    assert (await world.get("/users/count")).json()["total_count"] == 2
    changed = await browser.patch(path, {"email_address": "ann+clerk_test@example.org"})
    assert changed.status_code == 200
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    done = await browser.post(
        path + "/attempt_verification", {"strategy": "email_code", "code": "424242"}
    )
    assert done.json()["response"]["status"] == "complete"


@pytest.mark.usefixtures("hidden")
async def test_an_address_that_need_not_be_proven_is_refused_as_it_cannot_be_hidden(world, browser):
    await world.configure(attributes={"email_address": {"is_verified_at_sign_up": False}})
    refused = await browser.post("/client/sign_ups", {"email_address": KNOWN, "password": PASSWORD})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "form_identifier_exists"
