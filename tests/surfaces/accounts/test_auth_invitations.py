"""Accepting invitations at the Accounts door."""

import pytest

from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from tests.browsing import PASSWORD
from tests.factors import SEED, code_at
from tests.logging_in import client_of
from tests.signing_in import Page, page_of
from tests.surfaces.accounts.asking import refused
from tests.world import all_at_once, later


@pytest.fixture
async def page(world):
    return await page_of(world)


async def invited(world, organization, name="new", **more):
    """An invitation of that person, with its secret."""
    new = NewOrganizationInvitation(email_address=f"{name}@example.com", role="org:member", **more)
    return await world.call(
        "ann", invitations.create, organization_id=organization.id, invitation=new
    )


async def test_a_new_person_joins_and_is_signed_in(world, page):
    acme = await world.organization(owner="ann")
    made = await invited(world, acme)
    answer = await page.post("accept-invite", token=made.secret)
    assert answer.status_code == 200, answer.text
    profile = answer.json()["profile"]
    assert profile["active_membership"]["account"]["name"] == "Acme"
    assert profile["active_membership"]["role"] == "member"
    assert profile["credentials"][0]["email"] == "new@example.com"
    assert profile["credentials"][0]["email_verified_at"] is not None
    access = answer.json()["tokens"]["access_token"]
    assert (await page.get("me", bearer=access)).json() == profile


async def test_the_ticket_of_the_mailed_link_does_as_well_as_its_secret(world, page):
    acme = await world.organization(owner="ann")
    made = await invited(world, acme)
    ticket = made.url.partition("ticket=")[2].partition("&")[0]
    answer = await page.get("accept-invite", client_id=page.client_id, token=ticket)
    assert answer.status_code == 200, answer.text


async def test_who_is_known_joins_as_who_they_are(world, page):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    made = await invited(world, acme, "ben")
    answer = await page.post("accept-invite", token=made.secret)
    assert answer.json()["profile"]["id"] == "uid_" + world.people["ben"][5:]


async def test_who_has_a_second_factor_shows_it_to_join(world, page):
    acme = await world.organization(owner="ann")
    await world.user("ben", totp_secret=SEED)
    made = await invited(world, acme, "ben")
    without = await page.post("accept-invite", token=made.secret)
    assert refused(without) == (401, "second_factor_required")
    shown = await page.post("accept-invite", token=made.secret, code=code_at(world.platform))
    assert shown.status_code == 200, shown.text


async def test_acceptance_09_spent_expired_and_foreign_invitations_are_told_alike(
    world, other_world, page
):
    acme = await world.organization(owner="ann")
    spent = (await invited(world, acme, "ben")).secret
    assert (await page.post("accept-invite", token=spent)).status_code == 200
    elsewhere = await other_world.organization(owner="ann")
    foreign = (await invited(other_world, elsewhere, "carl")).secret
    past = later(world.platform, days=-40)
    new = NewOrganizationInvitation(
        email_address="dora@example.com", role="org:member", expires_in_days=1
    )
    expired = (
        await world.call(
            "ann",
            invitations.create,
            organization_id=acme.id,
            invitation=new,
            platform=past,
        )
    ).secret
    revoked = await invited(world, acme, "eve")
    await world.call(
        "ann",
        invitations.revoke,
        organization_id=acme.id,
        invitation_id=revoked.invitation.id,
    )
    answers = [
        await page.post("accept-invite", token=token)
        for token in (spent, foreign, expired, revoked.secret, "nothing", "a.b.c")
    ]
    told = [{**each.json(), "instance": ""} for each in answers]
    assert refused(answers[0]) == (400, "invitation_invalid")
    assert all(each == told[0] for each in told), told


async def test_of_many_who_accept_at_once_one_joins(world, page):
    acme = await world.organization(owner="ann")
    for name in ("new", "ben"):
        if name == "ben":
            await world.user("ben")
        token = (await invited(world, acme, name)).secret
        answers = await all_at_once(*(page.post("accept-invite", token=token) for _ in range(6)))
        assert sorted(each.status_code for each in answers) == [200, *[400] * 5]
    grants = await world.sql(
        "SELECT uses FROM grants WHERE instance_id = $1 AND purpose = 'organization_invitation'",
        world.instance_id,
    )
    assert [row["uses"] for row in grants] == [1, 1]


async def test_clients_that_the_app_does_not_vouch_for_sign_nobody_in(world):
    acme = await world.organization(owner="ann")
    await world.user("ben", password=PASSWORD)
    made = await client_of(world, acme)
    page = Page(world, made.application)
    assert refused(await page.sign_in("ben")) == (403, "client_not_allowed")


async def test_no_address_is_taken_that_is_blocked(world, page):
    acme = await world.organization(owner="ann")
    made = await invited(world, acme)
    await world.post("/blocklist_identifiers", {"identifier": "new@example.com"})
    await world.configure(restrictions={"has_blocklist": True})
    answer = await page.post("accept-invite", token=made.secret)
    assert refused(answer) == (403, "identifier_not_allowed")
