"""What was proven in a sign-in ends with its ground: the password, the address, the right."""

import pytest

from tests.browsing import PASSWORD
from tests.elsewhere import STRATEGY, add
from tests.factors import code_at

ADDRESS, OTHER = "ann+clerk_test@example.com", "other+clerk_test@example.com"
RESET = "reset_password_email_code"
THIEF_S = "a phrase of the thief"  # of people in tests


@pytest.fixture
async def user(world):
    return await world.user("ann", email_addresses=[ADDRESS, OTHER], password=PASSWORD)


@pytest.fixture
async def browser(world, user):
    made = world.browser()
    yield made
    await made.close()


@pytest.fixture
async def owner(world, user):
    """The person themselves, signed in elsewhere."""
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


async def step(browser, path, what, **form):
    answer = await browser.post(f"{path}/{what}", form)
    return answer.json()["response"] if answer.status_code == 200 else answer


async def proven(browser, strategy, **target):
    """A sign-in whose code was right. Gives its path, and what it waits for now."""
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    path = f"/client/sign_ins/{begun.json()['response']['id']}"
    await step(browser, path, "prepare_first_factor", strategy=strategy, **target)
    found = await step(browser, path, "attempt_first_factor", strategy=strategy, code="424242")
    return path, found["status"]


async def resettable(browser, **target):
    path, status = await proven(browser, RESET, **target)
    assert status == "needs_new_password"
    return path


def is_refused(answer, status=400):
    return answer.status_code == status and "created_session_id" not in answer.text


async def reset(browser, path, password=THIEF_S):
    return await browser.post(path + "/reset_password", {"password": password})


async def a_backup_code(world, owner):
    """Have a second factor set up; gives one of the codes that stand for it."""
    secret = (await owner.post("/me/totp")).json()["response"]["secret"]
    form = {"code": code_at(world.platform, secret)}
    made = (await owner.post("/me/totp/attempt_verification", form)).json()["response"]
    return made["backup_codes"][0]


async def is_still(world, password=PASSWORD):
    answer = await world.post(
        f"/users/{world.people['ann']}/verify_password", {"password": password}
    )
    return answer.status_code == 200


@pytest.mark.security("J2", "C4")
async def test_a_reset_ends_with_a_change_of_the_password(world, browser, owner):
    path = await resettable(browser)
    form = {"current_password": PASSWORD, "new_password": "the owner's new phrase"}
    assert (await owner.post("/me/change_password", form)).status_code == 200
    assert is_refused(await reset(browser, path))
    assert await is_still(world, "the owner's new phrase")


@pytest.mark.security("J2")
async def test_of_two_resets_the_one_done_first_ends_the_other(world, browser):
    other = world.browser()
    first, second = await resettable(browser), await resettable(other)
    done = await reset(browser, first, "the owner's new phrase")
    assert done.json()["response"]["status"] == "complete"
    assert is_refused(await reset(other, second))
    await other.close()


@pytest.mark.security("J2")
async def test_a_reset_ends_with_the_address_that_proved_it(world, browser, user):
    (target,) = [each.id for each in user.email_addresses if each.address == OTHER]
    path = await resettable(browser, email_address_id=target)
    assert (await world.delete(f"/email_addresses/{target}")).status_code == 200
    assert is_refused(await reset(browser, path))
    assert await is_still(world)


@pytest.mark.security("J2")
async def test_a_reset_is_good_for_an_hour(world, browser):
    path = await resettable(browser)
    await world.sql(
        "UPDATE sign_ins SET abandon_at = abandon_at - interval '61 minutes'"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    assert is_refused(await reset(browser, path), 404)
    assert await is_still(world)


async def test_who_was_banned_meanwhile_sets_no_password(world, browser):
    path = await resettable(browser)
    assert (await world.post(f"/users/{world.people['ann']}/ban")).status_code == 200
    answer = await reset(browser, path)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "user_banned")


@pytest.mark.security("J2")
async def test_a_code_to_an_address_that_was_removed_lets_nobody_in(world, browser, user):
    (target,) = [each.id for each in user.email_addresses if each.address == OTHER]
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    path = f"/client/sign_ins/{begun.json()['response']['id']}"
    form = {"strategy": "email_code", "email_address_id": target}
    await step(browser, path, "prepare_first_factor", **form)
    assert (await world.delete(f"/email_addresses/{target}")).status_code == 200
    form = {"strategy": "email_code", "code": "424242"}
    assert is_refused(await browser.post(path + "/attempt_first_factor", form))


@pytest.mark.security("C4")
async def test_a_password_that_is_no_more_carries_no_second_factor(world, browser, owner):
    code = await a_backup_code(world, owner)
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS, "password": PASSWORD})
    waiting = begun.json()["response"]
    assert waiting["status"] == "needs_second_factor"
    form = {"current_password": PASSWORD, "new_password": "the owner's new phrase"}
    assert (await owner.post("/me/change_password", form)).status_code == 200
    form = {"strategy": "backup_code", "code": code}
    path = f"/client/sign_ins/{waiting['id']}/attempt_second_factor"
    assert is_refused(await browser.post(path, form))


async def test_one_s_own_reset_goes_on_to_the_second_factor(world, browser, owner):
    code = await a_backup_code(world, owner)
    path = await resettable(browser)
    waiting = (await reset(browser, path, "the owner's new phrase")).json()["response"]
    assert waiting["status"] == "needs_second_factor"
    form = {"strategy": "backup_code", "code": code}
    done = await browser.post(path + "/attempt_second_factor", form)
    assert done.json()["response"]["status"] == "complete"


@pytest.mark.security("J6")
async def test_an_administrator_s_lock_holds_against_a_reset_that_was_proven_before(world, browser):
    path = await resettable(browser)
    await world.post(f"/users/{world.people['ann']}/lock")
    answer = await reset(browser, path)
    assert is_refused(answer, 403)
    assert answer.json()["errors"][0]["code"] == "user_locked"
    assert (await world.get(f"/users/{world.people['ann']}")).json()["locked"] is True


async def test_a_lock_after_too_many_tries_ends_with_the_reset(world, browser):
    await world.configure(lockout_attempts=2)
    path = await resettable(browser)
    other = world.browser()
    for _ in range(3):
        asked = {"identifier": ADDRESS, "password": "a guess of somebody"}
        locked = await other.post("/client/sign_ins", asked)
    assert locked.json()["errors"][0]["code"] == "user_locked"
    assert (await reset(browser, path)).json()["response"]["status"] == "complete"
    await other.close()


async def test_nobody_sets_a_password_where_passwords_are_not_in_use_any_more(world, browser):
    path = await resettable(browser)
    await world.configure(attributes={"password": {"is_enabled": False}})
    assert is_refused(await reset(browser, path), 422)


@pytest.fixture
async def number(world, user):
    """One of two numbers of the person's that are second factors."""
    await world.configure(
        attributes={"phone_number": {"is_enabled": True, "second_factors": ["phone_code"]}}
    )
    for each in ("+15555550100", "+15555550101"):
        new = {"user_id": user.id, "phone_number": each, "verified": True}
        made = await world.post("/phone_numbers", {**new, "reserved_for_second_factor": True})
    return made.json()["id"]


@pytest.mark.security("C4")
async def test_a_code_to_a_number_that_is_no_second_factor_any_more_is_refused(
    world, browser, number
):
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS, "password": PASSWORD})
    path = f"/client/sign_ins/{begun.json()['response']['id']}"
    form = {"strategy": "phone_code", "phone_number_id": number}
    answer = await browser.post(path + "/prepare_second_factor", form)
    assert answer.status_code == 200, answer.text
    plain = {"reserved_for_second_factor": False}
    assert (await world.patch(f"/phone_numbers/{number}", plain)).status_code == 200
    form = {"strategy": "phone_code", "code": "424242"}
    assert is_refused(await browser.post(path + "/attempt_second_factor", form))


@pytest.mark.security("C4")
async def test_an_account_that_was_disconnected_carries_no_second_factor(
    world, browser, owner, provider
):
    await add(world, provider)
    back = "http://app.test/sso-callback"
    asked = await owner.post("/me/external_accounts", {"strategy": STRATEGY, "redirect_url": back})
    check = asked.json()["response"]["verification"]
    brought = await provider.visit(check["external_verification_redirect_url"])
    assert (await owner.get("/oauth_callback", **brought)).headers["location"] == back
    code = await a_backup_code(world, owner)

    begun = await browser.post("/client/sign_ins", {"strategy": STRATEGY, "redirect_url": back})
    waiting = begun.json()["response"]
    check = waiting["first_factor_verification"]
    brought = await provider.visit(check["external_verification_redirect_url"])
    await browser.get("/oauth_callback", **brought)
    path = f"/client/sign_ins/{waiting['id']}"
    assert (await browser.get(path)).json()["response"]["status"] == "needs_second_factor"
    account = asked.json()["response"]["id"]
    assert (await owner.delete(f"/me/external_accounts/{account}")).status_code == 200
    form = {"strategy": "backup_code", "code": code}
    assert is_refused(await browser.post(path + "/attempt_second_factor", form))


@pytest.mark.security("C4")
@pytest.mark.parametrize(
    ("asked", "ends"), [({}, True), ({"sign_out_of_other_sessions": "false"}, False)]
)
async def test_a_reset_ends_all_other_sessions_unless_the_person_keeps_them(
    browser, owner, asked, ends
):
    path = await resettable(browser)
    form = {"password": "the owner's new phrase", **asked}
    done = await browser.post(path + "/reset_password", form)
    assert done.json()["response"]["status"] == "complete"
    assert (await owner.get("/me")).status_code == (401 if ends else 200)
