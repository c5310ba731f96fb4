"""What passwords have to be and how guessing ends, through the Frontend API."""

import pytest

from charter.core.passwords import operations as passwords
from tests.browsing import PASSWORD
from tests.sent import sent, work_off

ADDRESS = "new+clerk_test@example.com"


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def sign_up(browser, password, **fields):
    form = {"email_address": ADDRESS, "password": password, **fields}
    return await browser.post("/client/sign_ups", form)


@pytest.mark.security("A1")
@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("Qz7!fpX", False),
        ("Qz7!fpXw", True),
        ("a blue horse drinks tea, " * 10, True),
        ("ünïcödé ist länger", True),
        ("  spaces count too  ", True),
    ],
)
async def test_eight_characters_are_enough_and_each_of_many_counts(browser, password, is_taken):
    answer = await sign_up(browser, password)
    assert (answer.status_code == 200) is is_taken
    if not is_taken:
        assert answer.json()["errors"][0]["meta"]["param_name"] == "password"


@pytest.mark.security("A1")
async def test_an_instance_may_ask_for_fifteen(world, browser):
    await world.configure(password_minimum_length=15)
    assert (await sign_up(browser, "fourteen chars")).status_code == 422
    assert (await sign_up(browser, "fifteen chars!!")).status_code == 200


@pytest.mark.security("A1")
async def test_no_space_of_a_password_is_trimmed(world, browser):
    await world.user("ann", password="  " + PASSWORD)
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    assert (await browser.post("/client/sign_ins", form)).status_code == 422
    form["password"] = "  " + PASSWORD
    assert (await browser.post("/client/sign_ins", form)).status_code == 200


@pytest.mark.security("A2")
@pytest.mark.parametrize("password", ["qwmzpvtyxk", "73920184650", "!?%&=+#;:,", "ЖЩЮЪФЫЭЦ"])
async def test_there_are_no_rules_of_composition(browser, password):
    assert (await sign_up(browser, password)).status_code == 200


@pytest.mark.security("A3")
@pytest.mark.parametrize("password", ["password123", "qwertyuiop", "newcomer-new", "tests rule"])
async def test_common_words_and_one_s_own_are_refused(browser, password):
    answer = await sign_up(browser, password, first_name="Newcomer")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] in (
        "form_password_pwned",
        "form_password_matches_identifier",
    )


@pytest.mark.security("A8")
@pytest.mark.parametrize("name", ["admin", "root", "admin@example.com", "test@example.com"])
async def test_a_new_instance_has_nobody_who_could_sign_in(world, browser, name):
    assert (await world.get("/users")).json() == []
    answer = await browser.post("/client/sign_ins", {"identifier": name, "password": name})
    assert answer.json()["errors"][0]["code"] == "form_identifier_not_found"


@pytest.mark.security("A9")
async def test_an_administrator_starts_a_change_that_the_person_ends(world, browser):
    await world.user("ann", password=PASSWORD)
    await world.call(None, passwords.set_compromised, user_id="ann")
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    begun = (await browser.post("/client/sign_ins", form)).json()
    assert begun["response"]["status"] == "needs_new_password"
    assert begun["client"]["sessions"] == []
    done = await browser.post(
        f"/client/sign_ins/{begun['response']['id']}/reset_password",
        {"password": "quite another phrase"},
    )
    assert done.json()["response"]["status"] == "complete"


@pytest.mark.security("A7")
async def test_the_last_try_locks_and_the_person_hears_of_it(world, browser):
    await world.configure(lockout_attempts=3)
    await world.user("ann", password=PASSWORD)
    form = {"identifier": "ann@example.com", "password": "a wrong phrase"}
    codes = []
    for _ in range(4):
        answer = await browser.post("/client/sign_ins", form)
        codes.append(answer.json()["errors"][0]["code"])
    assert codes == [*["form_password_incorrect"] * 3, "user_locked"]
    await work_off(world)
    rows = await world.sql("SELECT kind FROM messages WHERE instance_id = $1", world.instance_id)
    assert [row["kind"] for row in rows] == ["account_locked"]


@pytest.mark.security("J3")
async def test_a_way_to_a_new_password_leads_to_one_account_in_one_browser(world, browser):
    for name in ("ann", "ben"):
        await world.user(name, email=f"{name}+clerk_test@example.com", password=PASSWORD)
    strategy = "reset_password_email_code"
    other = world.browser()
    ids = {}
    for who, name in ((browser, "ann"), (other, "ben")):
        begun = await who.post(
            "/client/sign_ins",
            {"identifier": f"{name}+clerk_test@example.com", "strategy": strategy},
        )
        ids[name] = begun.json()["response"]["id"]
    form = {"strategy": strategy, "code": "424242"}
    crossed = await other.post(f"/client/sign_ins/{ids['ann']}/attempt_first_factor", form)
    assert crossed.status_code == 404
    await browser.post(f"/client/sign_ins/{ids['ann']}/attempt_first_factor", form)
    for path in (ids["ann"], ids["ben"]):
        answer = await other.post(
            f"/client/sign_ins/{path}/reset_password", {"password": "quite another phrase"}
        )
        assert answer.status_code in (400, 404)
    await other.close()


async def test_a_new_password_is_asked_for_by_a_code_that_mail_brings(world, browser):
    await world.user("ann", password=PASSWORD)
    strategy = "reset_password_email_code"
    form = {"identifier": "ann@example.com", "strategy": strategy}
    begun = (await browser.post("/client/sign_ins", form)).json()["response"]
    path = f"/client/sign_ins/{begun['id']}"
    if begun["first_factor_verification"] is None:
        await browser.post(path + "/prepare_first_factor", {"strategy": strategy})
    (message,) = await sent(world, "ann@example.com")
    assert message.subject == "Your code for a new password at Tests"
    form = {"strategy": strategy, "code": message.code}
    await browser.post(path + "/attempt_first_factor", form)
    answer = await browser.post(path + "/reset_password", {"password": "quite another phrase"})
    assert answer.json()["response"]["status"] == "complete", answer.text
