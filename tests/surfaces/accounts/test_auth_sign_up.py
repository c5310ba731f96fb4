"""Signing up at the Accounts door."""

import pytest

from tests.browsing import PASSWORD
from tests.signing_in import mailed, page_of, token_in
from tests.surfaces.accounts.asking import refused
from tests.world import all_at_once

OPEN = {"email_address": {"is_verified_at_sign_up": False}}


@pytest.fixture
async def page(world):
    return await page_of(world)


async def sign_up(page, name="new", password=PASSWORD, **more):
    return await page.post("sign-up", email=f"{name}@example.com", password=password, **more)


async def test_a_new_person_is_signed_in_at_once_where_nothing_has_to_be_proven(world, page):
    await world.configure(attributes=OPEN)
    answer = await sign_up(page, given_name="Nia", family_name="New")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["profile"]["identity"]["display_name"] == "Nia New"
    assert body["profile"]["credentials"][0]["email_verified_at"] is None
    assert body["profile"]["active_membership"] is None
    access = body["tokens"]["access_token"]
    assert (await page.get("me", bearer=access)).status_code == 200
    (link,) = await mailed(world, "new@example.com")
    assert (await page.post("verify", token=token_in(link))).status_code == 204
    me = (await page.get("me", bearer=access)).json()
    assert me["credentials"][0]["email_verified_at"] is not None
    assert refused(await page.post("verify", token=token_in(link))) == (400, "token_invalid")


async def test_a_new_person_proves_their_address_first_where_that_is_asked(world, page):
    answer = await sign_up(page)
    assert refused(answer) == (403, "email_not_verified")
    assert refused(await page.sign_in("new")) == (401, "credentials_wrong")
    (link,) = await mailed(world, "new@example.com")
    assert (await page.post("verify", token=token_in(link))).status_code == 204
    assert (await page.sign_in("new")).status_code == 200


async def test_an_unproven_address_is_its_true_holders_to_sign_up_with(world, page):
    await sign_up(page)
    (link,) = await mailed(world, "new@example.com")
    await world.user("new")
    assert refused(await page.post("verify", token=token_in(link))) == (400, "token_invalid")


async def test_a_taken_address_and_a_weak_password_are_refused(world, page):
    await world.user("ann")
    assert refused(await sign_up(page, "ann")) == (409, "email_taken")
    assert refused(await sign_up(page, password="short")) == (400, "password_too_short")
    assert refused(await sign_up(page, password="password123")) == (400, "password_common")
    missing = await page.post("sign-up", email="new@example.com")
    assert refused(missing) == (400, "validation_error")


async def test_the_rules_of_sign_ups_hold(world, page):
    await world.configure(sign_up={"mode": "restricted"})
    assert refused(await sign_up(page))[0] == 403
    await world.configure(sign_up={"mode": "public"}, restrictions={"has_allowlist": True})
    assert refused(await sign_up(page)) == (403, "identifier_not_allowed")


async def test_of_many_who_take_one_address_at_once_one_gets_it(world, page):
    await world.configure(attributes=OPEN)
    answers = await all_at_once(*(sign_up(page) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200, *[409] * 5]


async def test_links_are_sent_again_to_who_is_signed_in(world, page):
    await world.configure(attributes=OPEN)
    access = (await sign_up(page)).json()["tokens"]["access_token"]
    (first,) = await mailed(world, "new@example.com")
    answer = await page.post("send-verification-email", bearer=access)
    assert (answer.status_code, answer.content) == (204, b"")
    (second,) = {*await mailed(world, "new@example.com")} - {first}
    strange = await page.http.post("/send-verification-email", json={})
    assert refused(strange) == (401, "unauthenticated")
    assert (await page.post("verify", token=token_in(second))).status_code == 204


async def test_acceptance_12_one_address_signs_up_in_two_applications(world, other_world):
    made = []
    for each in (world, other_world):
        await each.configure(attributes=OPEN)
        answer = await sign_up(await page_of(each))
        assert answer.status_code == 200, answer.text
        made.append(answer.json()["profile"])
    assert made[0]["id"] != made[1]["id"]
    assert made[0]["application_id"] != made[1]["application_id"]
    assert made[0]["credentials"][0]["email"] == made[1]["credentials"][0]["email"]
