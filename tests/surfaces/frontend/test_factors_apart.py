"""Two factors are two: what was proven first does not stand for the second too."""

import pytest

from tests.browsing import PASSWORD

FIRST_NUMBER, SECOND_NUMBER = "+12015550101", "+12015550102"
ADDRESS = "ann+clerk_test@example.com"
USED = {"is_enabled": True, "second_factors": ["phone_code"]}


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


@pytest.fixture
async def numbers(world):
    """Ann's numbers: one that signs her in, one that is her second factor."""
    await world.configure(attributes={"phone_number": USED})
    await world.user("ann", email=ADDRESS, password=PASSWORD, phone_numbers=[FIRST_NUMBER])
    made = await world.post(
        "/phone_numbers",
        {
            "user_id": world.people["ann"],
            "phone_number": SECOND_NUMBER,
            "verified": True,
            "reserved_for_second_factor": True,
        },
    )
    assert made.status_code == 200, made.text
    user = (await world.get(f"/users/{world.people['ann']}")).json()
    return {row["phone_number"]: row["id"] for row in user["phone_numbers"]}


async def begun(browser):
    """A sign-in that waits for the second factor."""
    answer = await browser.post("/client/sign_ins", {"identifier": ADDRESS, "password": PASSWORD})
    sign_in = answer.json()["response"]
    assert sign_in["status"] == "needs_second_factor"
    return f"/client/sign_ins/{sign_in['id']}"


@pytest.mark.security("B2")
async def test_a_number_that_is_no_second_factor_does_not_become_one_by_being_named(
    browser, numbers
):
    path = await begun(browser)
    answer = await browser.post(
        path + "/prepare_second_factor",
        {"strategy": "phone_code", "phone_number_id": numbers[FIRST_NUMBER]},
    )
    assert answer.status_code == 404


@pytest.mark.security("B2")
async def test_a_second_factor_that_is_not_named_is_the_default_one(world, browser, numbers):
    path = await begun(browser)
    await browser.post(path + "/prepare_second_factor", {"strategy": "phone_code"})
    rows = await world.sql(
        "SELECT second_check FROM sign_ins WHERE instance_id = $1", world.instance_id
    )
    assert rows[0]["second_check"]["target_id"] == numbers[SECOND_NUMBER]


@pytest.mark.security("B2")
async def test_a_number_that_is_a_second_factor_is_no_first_one(browser, numbers):
    answer = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    offered = [
        (factor["strategy"], factor["phone_number_id"])
        for factor in answer.json()["response"]["supported_first_factors"]
        if "phone_number_id" in factor
    ]
    assert {number for _strategy, number in offered} == {numbers[FIRST_NUMBER]}
