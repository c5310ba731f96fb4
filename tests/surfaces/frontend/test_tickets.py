"""Links that carry tickets, as people follow them."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.memberships.queries import find_standing

GUEST = "guest@example.com"


def parameters(answer):
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def follow(browser, ticket):
    answer = await browser.get("/tickets/accept", ticket=ticket)
    assert answer.status_code == 303, answer.text
    return parameters(answer)


async def sign_in_token(world, name):
    user = await world.user(name)
    return (await world.post("/sign_in_tokens", {"user_id": user.id})).json()


async def organization_invitation(world, organization, address):
    path = f"/organizations/{organization.id}/invitations"
    made = await world.post(
        path, {"email_address": address, "role": "org:member", "redirect_url": "http://app.test/in"}
    )
    return made.json()


async def is_member(world, organization, name):
    db = world.platform.database.reading(world.instance_id)
    return (await find_standing(db, organization.id, world.people[name])).is_member


async def test_a_sign_in_token_leads_to_the_app_and_signs_in_there(world):
    browser = world.browser()
    made = await sign_in_token(world, "ann")
    answer = await browser.http.get(made["url"])
    found = parameters(answer)
    assert (answer.status_code, found["__clerk_status"]) == (303, "sign_in")
    assert answer.headers["location"].startswith("http://app.test/?")
    done = await browser.post(
        "/client/sign_ins", {"strategy": "ticket", "ticket": found["__clerk_ticket"]}
    )
    response = done.json()["response"]
    assert (response["status"], response["first_factor_verification"]["object"]) == (
        "complete",
        "verification_ticket",
    )
    again = await browser.get("/tickets/accept", ticket=found["__clerk_ticket"])
    assert again.json()["errors"][0]["code"] == "sign_in_token_already_used_code"


async def test_an_invitation_leads_a_newcomer_to_sign_up(world):
    browser = world.browser()
    made = await world.post("/invitations", {"email_address": GUEST})
    ticket = parameters_of(made.json()["url"])["__clerk_ticket"]
    assert (await follow(browser, ticket))["__clerk_status"] == "sign_up"
    done = await browser.post(
        "/client/sign_ups",
        {"strategy": "ticket", "ticket": ticket, "password": "a long pass phrase of mine"},
    )
    assert done.json()["response"]["status"] == "complete"


def parameters_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def test_an_invitation_leads_who_has_an_account_to_sign_in(world):
    acme = await world.organization(owner="ann")
    await world.user("guest")
    made = await organization_invitation(world, acme, GUEST)
    ticket = parameters_of(made["url"])["__clerk_ticket"]
    browser = world.browser()
    assert (await follow(browser, ticket))["__clerk_status"] == "sign_in"
    assert not await is_member(world, acme, "guest")
    await browser.sign_in("other")
    assert (await follow(browser, ticket))["__clerk_status"] == "sign_in"


async def test_who_is_signed_in_with_the_invited_address_joins_at_once(world):
    acme = await world.organization(owner="ann")
    browser = world.browser()
    await browser.sign_in("guest")
    made = await organization_invitation(world, acme, GUEST)
    found = await follow(browser, parameters_of(made["url"])["__clerk_ticket"])
    assert found["__clerk_status"] == "complete"
    assert await is_member(world, acme, "guest")


@pytest.mark.security("J2")
async def test_following_a_link_without_being_signed_in_spends_nothing(world):
    made = await sign_in_token(world, "ann")
    for _ in range(3):
        assert (await follow(world.browser(), made["token"]))["__clerk_status"] == "sign_in"


@pytest.mark.security("G5")
async def test_what_is_no_ticket_leads_nowhere(world, other_world):
    made = await sign_in_token(world, "ann")
    for forged in ("x", made["token"][:-8] + "AAAAAAAA"):
        answer = await world.browser().get("/tickets/accept", ticket=forged)
        assert answer.json()["errors"][0]["code"] == "ticket_invalid_code"
    answer = await other_world.browser().get("/tickets/accept", ticket=made["token"])
    assert answer.status_code == 400
