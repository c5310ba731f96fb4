"""What keeps strangers and programs from signing in and up, through the Frontend API."""

import dataclasses

import pytest

from tests.browsing import PASSWORD
from tests.sent import work_off


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


@pytest.mark.security("M1")
async def test_the_twenty_first_try_from_one_address_waits(world, browser):
    await world.configure(limits_addresses=True)
    await world.user("ann", password=PASSWORD)
    await browser.post("/client/sign_ins", {"identifier": "ann@example.com"})
    sign_in = (await browser.state())["sign_in"]["id"]
    answers = [
        await browser.post(
            f"/client/sign_ins/{sign_in}/attempt_first_factor",
            {"strategy": "email_code", "code": "000000"},
        )
        for _ in range(21)
    ]
    assert {answer.status_code for answer in answers[:20]} == {400}
    assert answers[20].status_code == 429
    assert 1 <= int(answers[20].headers["retry-after"]) <= 61


@pytest.mark.security("M2")
async def test_an_address_of_a_throw_away_service_is_refused(browser):
    answer = await browser.post("/client/sign_ups", {"email_address": "a@mailinator.com"})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "not_allowed_access"


@pytest.mark.security("M2")
async def test_a_subaddress_is_refused_where_the_instance_wants_that(world, browser):
    answer = await browser.post("/client/sign_ups", {"email_address": "ann+two@example.com"})
    assert answer.status_code == 200
    await world.configure(sign_up={"blocks_subaddresses": True})
    answer = await browser.post("/client/sign_ups", {"email_address": "ann+two@example.com"})
    assert answer.status_code == 403


@pytest.mark.security("M2")
async def test_without_the_browser_s_check_nobody_signs_up_where_it_is_wanted(world, app):
    class OnlyGood:
        async def is_person(self, token, address):
            return token == "good" and address is not None

    await world.configure(sign_up={"captcha_site_key": "site"})
    platform = dataclasses.replace(world.platform, captcha=OnlyGood())
    from charter.core.sign_ups import operations as sign_ups
    from charter.core.sign_ups.admitting import CaptchaMissing, CaptchaRefused
    from charter.core.sign_ups.model import GivenFields

    def call(token):
        given = GivenFields(captcha_token=token)
        return world.call(None, sign_ups.create, platform=platform, given=given)

    with pytest.raises(CaptchaMissing):
        await call(None)
    with pytest.raises(CaptchaRefused):
        await call("bad")
    assert await call("good")


async def test_only_who_was_invited_signs_up_where_sign_ups_are_restricted(world, browser):
    await world.configure(sign_up={"mode": "restricted"})
    answer = await browser.post("/client/sign_ups", {"email_address": "new@example.com"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
        403,
        "sign_up_mode_restricted",
    )


async def test_who_never_used_this_device_proves_it_where_that_is_wanted(world, browser):
    await world.configure(sign_in={"trusts_known_devices_only": True})
    address = "ann+clerk_test@example.com"
    await world.user("ann", email=address, password=PASSWORD)
    begun = await browser.post("/client/sign_ins", {"identifier": address, "password": PASSWORD})
    sign_in = begun.json()["response"]
    assert sign_in["status"] == "needs_client_trust"
    assert begun.json()["client"]["sessions"] == []
    path = f"/client/sign_ins/{sign_in['id']}"
    await browser.post(path + "/prepare_second_factor", {"strategy": "email_code"})
    done = await browser.post(
        path + "/attempt_second_factor", {"strategy": "email_code", "code": "424242"}
    )
    assert done.json()["response"]["status"] == "complete"
    await browser.delete("/client/sessions")
    again = await browser.post("/client/sign_ins", {"identifier": address, "password": PASSWORD})
    assert again.json()["response"]["status"] == "complete"


async def trusted(browser, identifier):
    """The answer to the proof that a new device is the person's, after their password."""
    begun = await browser.post("/client/sign_ins", {"identifier": identifier, "password": PASSWORD})
    sign_in = begun.json()["response"]
    assert sign_in["status"] == "needs_client_trust"
    path = f"/client/sign_ins/{sign_in['id']}"
    await browser.post(path + "/prepare_second_factor", {"strategy": "email_code"})
    return await browser.post(
        path + "/attempt_second_factor", {"strategy": "email_code", "code": "424242"}
    )


@pytest.mark.security("C4")
async def test_the_proof_of_a_device_is_no_second_factor(world, browser):
    await world.configure(
        sign_in={"trusts_known_devices_only": True, "requires_second_factor": True}
    )
    address = "ann+clerk_test@example.com"
    await world.user("ann", email=address, password=PASSWORD)
    done = (await trusted(browser, address)).json()
    (session,) = done["client"]["sessions"]
    assert session["status"] == "pending"
    assert session["tasks"] == [{"key": "setup-mfa"}]
    assert session["factor_verification_age"][1] == -1


async def test_whom_no_code_reaches_is_let_in_on_a_new_device(world, browser):
    await world.configure(
        sign_in={"trusts_known_devices_only": True},
        attributes={
            "username": {"is_enabled": True, "is_identifier": True},
            "email_address": {"is_required": False},
        },
    )
    made = await world.post("/users", {"username": "anna", "password": PASSWORD})
    assert made.status_code == 200, made.text
    done = await browser.post("/client/sign_ins", {"identifier": "anna", "password": PASSWORD})
    assert done.json()["response"]["status"] == "complete"


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("phone_number", {"phone_code", "reset_password_phone_code"}),
        ("email_address", {"email_code", "email_link", "reset_password_email_code"}),
    ],
)
async def test_what_is_not_in_use_any_more_signs_nobody_in(world, browser, name, closed):
    first = {"email_address": ["email_code", "email_link"], "phone_number": ["phone_code"]}
    used = {each: {"is_enabled": True, "first_factors": first[each]} for each in first}
    await world.configure(
        attributes={**used, "username": {"is_enabled": True, "is_identifier": True}}
    )
    await world.user("ann", username="anna", password=PASSWORD, phone_numbers=["+15555550100"])
    begun = await browser.post("/client/sign_ins", {"identifier": "anna"})
    before = {each["strategy"] for each in begun.json()["response"]["supported_first_factors"]}
    assert closed <= before
    await world.configure(attributes={name: {"is_enabled": False}})
    begun = (await browser.post("/client/sign_ins", {"identifier": "anna"})).json()["response"]
    assert {each["strategy"] for each in begun["supported_first_factors"]} == before - closed
    for strategy in closed:
        refused = await browser.post(
            f"/client/sign_ins/{begun['id']}/prepare_first_factor", {"strategy": strategy}
        )
        assert refused.status_code == 422


async def test_a_forgotten_password_is_set_anew_by_a_code(world, browser):
    address = "ann+clerk_test@example.com"
    await world.user("ann", email=address, password=PASSWORD)
    begun = await browser.post("/client/sign_ins", {"identifier": address})
    path = f"/client/sign_ins/{begun.json()['response']['id']}"
    strategy = "reset_password_email_code"
    await browser.post(path + "/prepare_first_factor", {"strategy": strategy})
    proven = await browser.post(
        path + "/attempt_first_factor", {"strategy": strategy, "code": "424242"}
    )
    assert proven.json()["response"]["status"] == "needs_new_password"
    done = await browser.post(path + "/reset_password", {"password": "quite another phrase"})
    assert done.json()["response"]["status"] == "complete"
    await browser.delete("/client/sessions")
    refused = await browser.post("/client/sign_ins", {"identifier": address, "password": PASSWORD})
    assert refused.status_code == 422


@pytest.mark.security("K2")
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://app.test.evil.example"])
async def test_pages_of_other_origins_cannot_call_a_production_instance(world, origin):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    stranger = world.browser(origin=origin)
    answer = await stranger.get("/client")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "origin_invalid"
    assert "access-control-allow-origin" not in answer.headers
    await stranger.close()


@pytest.mark.security("J9")
async def test_people_hear_of_a_sign_in_on_a_new_device_and_not_of_their_first(world, browser):
    await world.user("ann", password=PASSWORD)
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    await browser.post("/client/sign_ins", form)
    assert await mails(world) == []
    other = world.browser()
    await other.post("/client/sign_ins", form)
    assert await mails(world) == ["new_device_sign_in"]
    await other.delete("/client/sessions")
    await other.post("/client/sign_ins", form)
    assert await mails(world) == ["new_device_sign_in"]
    await other.close()


async def mails(world) -> list[str]:
    """What was written, once all that was asked for is done."""
    await work_off(world)
    rows = await world.sql("SELECT kind FROM messages WHERE instance_id = $1", world.instance_id)
    return [row["kind"] for row in rows]
