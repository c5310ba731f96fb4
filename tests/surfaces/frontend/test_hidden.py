"""Where an instance hides who is known, sign-ins look the same for everybody and nobody."""

import re

import pytest

from tests.browsing import PASSWORD


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


IDS = ("email_address_id", "phone_number_id")
FACTS = ("status", "user_data", "identifier", "first_factor_verification")


def looks(response):
    """A sign-in as anybody sees it, with the forms of ids in place of the ids."""
    factors = response["supported_first_factors"]
    for factor in factors:
        for name in IDS:
            if factor.get(name) is not None:
                assert re.fullmatch(r"idn_[0-9A-Za-z]{27}", factor.pop(name))
        factor.pop("safe_identifier", None)
    return [{name: response[name] for name in FACTS if name != "identifier"}, factors]


@pytest.fixture
async def hidden(world):
    """An instance that does not tell who is known, with people of all kinds."""
    await world.configure(
        sign_in={"hides_unknown_identifiers": True},
        attributes={
            "username": {"is_enabled": True, "is_identifier": True},
            "phone_number": {"is_enabled": True, "first_factors": ["phone_code"]},
            "passkey": {"is_enabled": True},
        },
    )
    await world.user("ann", username="anna", password=PASSWORD, phone_numbers=["+491701234567"])
    await world.user("ben")


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ("ann@example.com", "nobody@example.com"),
        ("ben@example.com", "nobody@example.com"),
        ("+491701234567", "+491701234568"),
        ("anna", "nobody"),
    ],
)
async def test_a_sign_in_looks_the_same_whether_somebody_has_the_identifier_or_not(
    browser, known, unknown
):
    begun = [
        (await browser.post("/client/sign_ins", {"identifier": each})).json()["response"]
        for each in (known, unknown)
    ]
    assert looks(begun[0]) == looks(begun[1])
    assert begun[0]["user_data"] is None


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ("ann@example.com", "nobody@example.com"),
        ("ben@example.com", "nobody@example.com"),
        ("+491701234567", "+491701234568"),
        ("anna", "nobody"),
    ],
)
@pytest.mark.parametrize(
    "strategy",
    ["email_code", "phone_code", "reset_password_email_code", "reset_password_phone_code"],
)
async def test_codes_are_asked_for_and_tried_alike(browser, known, unknown, strategy):
    told = []
    for identifier in (known, unknown):
        begun = (await browser.post("/client/sign_ins", {"identifier": identifier})).json()
        path = f"/client/sign_ins/{begun['response']['id']}"
        answers = [
            await browser.post(path + "/prepare_first_factor", {"strategy": strategy, **more})
            for more in ({}, {"email_address_id": "idn_x", "phone_number_id": "idn_x"})
        ]
        answers += [
            await browser.post(path + "/attempt_first_factor", {"strategy": strategy, "code": "0"})
            for _ in range(7)
        ]
        told.append([(each.status_code, codes_of(each)) for each in answers])
    assert told[0] == told[1]


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
async def test_codes_to_nobody_are_as_rare_as_to_others(browser):
    for identifier in ("ann@example.com", "nobody@example.com"):
        begun = (await browser.post("/client/sign_ins", {"identifier": identifier})).json()
        path = f"/client/sign_ins/{begun['response']['id']}/prepare_first_factor"
        answers = [await browser.post(path, {"strategy": "email_code"}) for _ in range(6)]
        assert [each.status_code for each in answers] == [200] * 5 + [429]


@pytest.mark.security("A5")
@pytest.mark.usefixtures("hidden")
async def test_a_password_is_wrong_for_everybody_who_has_none(world, browser):
    for identifier in ("ben@example.com", "nobody@example.com", "nobody"):
        form = {"identifier": identifier, "password": PASSWORD}
        refused = await browser.post("/client/sign_ins", form)
        assert (refused.status_code, codes_of(refused)) == (422, ["form_password_incorrect"])
    assert not await world.sql("SELECT 1 FROM messages WHERE instance_id = $1", world.instance_id)


@pytest.mark.security("A5", "A7")
@pytest.mark.usefixtures("hidden")
async def test_who_is_locked_out_after_many_tries_looks_like_nobody(world, browser):
    await world.configure(lockout_attempts=2)
    for identifier in ("ann@example.com", "nobody@example.com"):
        wrong = {"identifier": identifier, "password": "something else"}
        right = {"identifier": identifier, "password": PASSWORD}
        answers = [await browser.post("/client/sign_ins", form) for form in (*[wrong] * 3, right)]
        assert [(each.status_code, codes_of(each)) for each in answers] == [
            (422, ["form_password_incorrect"])
        ] * 4
    user = await world.get(f"/users/{world.people['ann']}")
    assert user.json()["locked"] is True


def codes_of(answer):
    return [each["code"] for each in answer.json().get("errors", ())]


@pytest.mark.security("A5")
@pytest.mark.parametrize("is_open", [True, False])
async def test_a_link_is_refused_or_seems_to_be_sent_to_strangers_as_to_others(
    world, browser, is_open
):
    first = ["email_link"] if is_open else ["email_code"]
    await world.configure(
        sign_in={"hides_unknown_identifiers": True},
        attributes={"email_address": {"first_factors": first}},
    )
    await world.user("ann")
    told = []
    for identifier in ("ann@example.com", "nobody@example.com"):
        begun = (await browser.post("/client/sign_ins", {"identifier": identifier})).json()
        prepared = await browser.post(
            f"/client/sign_ins/{begun['response']['id']}/prepare_first_factor",
            {"strategy": "email_link", "redirect_url": "http://app.test/verify"},
        )
        answer = prepared.json()
        check = (answer.get("response") or {}).get("first_factor_verification") or answer["errors"]
        if is_open:
            assert check.pop("expire_at") > 0
        offered = {each["strategy"] for each in begun["response"]["supported_first_factors"]}
        told.append((offered >= set(first), prepared.status_code, check))
    assert told[0] == told[1]
    assert told[0][:2] == (True, 200 if is_open else 422)
    sent = await world.sql("SELECT 1 FROM messages WHERE instance_id = $1", world.instance_id)
    assert len(sent) == (1 if is_open else 0)


@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize(
    ("identifier", "strategy"),
    [
        ("ANN@example.com", "email_code"),
        ("ann@example.com ", "email_code"),
        ("\uff41nn@example.com", "email_code"),
        ("+49 170 1234567", "phone_code"),
    ],
)
async def test_a_code_reaches_who_is_known_however_they_spell_it(
    world, browser, identifier, strategy
):
    begun = (await browser.post("/client/sign_ins", {"identifier": identifier})).json()["response"]
    (offer,) = [e for e in begun["supported_first_factors"] if e["strategy"] == strategy]
    form = {name: offer[name] for name in IDS if offer.get(name)}
    path = f"/client/sign_ins/{begun['id']}/prepare_first_factor"
    assert (await browser.post(path, {"strategy": strategy, **form})).status_code == 200
    sent = await world.sql("SELECT 1 FROM messages WHERE instance_id = $1", world.instance_id)
    assert len(sent) == 1


@pytest.mark.security("A5", "B10")
@pytest.mark.usefixtures("hidden")
async def test_other_spellings_give_no_more_codes(world, browser):
    for name in ("ann", "nobody"):
        answers = []
        for spelled in (f"{name}@example.com", f"{name.upper()}@example.com"):
            begun = (await browser.post("/client/sign_ins", {"identifier": spelled})).json()
            path = f"/client/sign_ins/{begun['response']['id']}/prepare_first_factor"
            answers += [await browser.post(path, {"strategy": "email_code"}) for _ in range(3)]
        assert [each.status_code for each in answers] == [200] * 5 + [429]
