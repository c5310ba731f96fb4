"""Accepting an invitation: one use, one address, in time."""

import pytest

from charter.core.memberships.model import MembershipLimitReached
from charter.core.organization_invitations import accepting, operations
from charter.core.organization_invitations.model import (
    EmailMismatch,
    InvitationExpired,
    InvitationInvalid,
    InvitationUsed,
    NewOrganizationInvitation,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.kernel.errors import Unauthenticated
from tests.world import all_at_once, later


@pytest.fixture
async def acme(world):
    await world.user("ann")
    await world.user("ben")
    return await world.organization(owner="ann")


@pytest.fixture
def invite(world, acme):
    async def invited(address="ben@example.com", who="ann", **fields):
        new = NewOrganizationInvitation(
            email_address=address, role=fields.pop("role", "org:member"), **fields
        )
        return await world.call(who, operations.create, organization_id=acme.id, invitation=new)

    return invited


@pytest.fixture
def accept(world):
    async def accepted(token, who="ben", platform=None):
        return await world.call(who, accepting.accept, platform=platform, token=token)

    return accepted


async def members(world, acme):
    rows = await world.sql(
        "SELECT count(*) FROM memberships WHERE instance_id = $1 AND organization_id = $2",
        world.instance_id,
        acme.id,
    )
    return rows[0]["count"]


async def test_the_invited_person_joins_in_the_role_with_the_metadata(world, invite, accept):
    made = await invite(role="org:viewer", public_metadata={"a": 1}, private_metadata={"b": 2})
    membership = await accept(made.secret)
    assert membership.role_key == "org:viewer"
    assert (membership.public_metadata, membership.private_metadata) == ({"a": 1}, {"b": 2})
    names = [event["name"] for event in await world.events()]
    assert names[-2:] == ["organizationMembership.created", "organizationInvitation.accepted"]


@pytest.mark.security("G5")
async def test_an_invitation_works_once(world, invite, accept):
    made = await invite()
    await accept(made.secret)
    with pytest.raises(InvitationUsed):
        await accept(made.secret)
    rows = await world.sql("SELECT uses FROM grants WHERE subject_id = $1", made.invitation.id)
    assert rows[0]["uses"] == 1


@pytest.mark.security("G5")
@pytest.mark.security("O3")
async def test_of_fifty_who_accept_at_once_one_does(world, acme, invite, accept):
    made = await invite()
    results = await all_at_once(*(accept(made.secret) for _ in range(50)))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, InvitationUsed) for result in results) == 49
    assert await members(world, acme) == 2


@pytest.mark.security("G5")
async def test_it_is_for_the_invited_address_alone_and_a_stranger_spends_nothing(
    world, acme, invite, accept
):
    made = await invite()
    await world.user("eve")
    with pytest.raises(EmailMismatch):
        await accept(made.secret, who="eve")
    assert await members(world, acme) == 1
    await accept(made.secret)


@pytest.mark.security("G5")
async def test_an_address_that_was_not_proven_does_not_count(world, invite, accept):
    made = await invite("late@example.com")
    await world.user("eve", email="late@example.com")
    await world.sql(
        "UPDATE email_addresses SET verification_status = 'unverified', is_reserved = false"
        " WHERE instance_id = $1 AND address_key = 'late@example.com'",
        world.instance_id,
    )
    with pytest.raises(EmailMismatch):
        await accept(made.secret, who="eve")


async def test_an_address_is_compared_in_its_normal_form(invite, accept):
    made = await invite("  BEN@Example.COM ")
    assert (await accept(made.secret)).role_key == "org:member"


@pytest.mark.security("G5")
async def test_a_changed_secret_or_ticket_is_unknown(invite, accept):
    made = await invite()
    last = "A" if made.secret[-1] != "A" else "B"
    ticket = made.url.partition("__clerk_ticket=")[2].partition("&")[0]
    head, body, signature = ticket.split(".")
    for forged in (
        made.secret[:-1] + last,
        "",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body[:-4]}AAAA.{signature}",
        f"{head}.{body}.",
        "a.b.c",
    ):
        with pytest.raises(InvitationInvalid):
            await accept(forged)


async def test_a_ticket_carries_the_secret(invite, accept):
    made = await invite()
    ticket = made.url.partition("__clerk_ticket=")[2].partition("&")[0]
    assert (await accept(ticket)).role_key == "org:member"


@pytest.mark.security("G5")
async def test_a_ticket_of_another_instance_is_unknown(invite, other_world):
    made = await invite()
    await other_world.user("ben")
    ticket = made.url.partition("__clerk_ticket=")[2].partition("&")[0]
    for token in (made.secret, ticket):
        with pytest.raises(InvitationInvalid):
            await other_world.call("ben", accepting.accept, token=token)


@pytest.mark.security("G5")
async def test_the_link_of_a_sign_up_invitation_opens_no_organization(world, acme, accept):
    made = (await world.post("/invitations", {"email_address": "new@example.com"})).json()
    ticket = made["url"].partition("__clerk_ticket=")[2].partition("&")[0]
    with pytest.raises(InvitationInvalid):
        await accept(ticket)


@pytest.mark.security("G5")
async def test_a_revoked_invitation_is_unknown(world, acme, invite, accept):
    made = await invite()
    await world.call(
        "ann", operations.revoke, organization_id=acme.id, invitation_id=made.invitation.id
    )
    with pytest.raises(InvitationInvalid):
        await accept(made.secret)


@pytest.mark.security("G5")
async def test_of_accepting_and_revoking_at_once_one_happens(world, acme, invite, accept):
    for _ in range(5):
        made = await invite()
        revoke = world.call(
            "ann", operations.revoke, organization_id=acme.id, invitation_id=made.invitation.id
        )
        results = await all_at_once(accept(made.secret), revoke)
        assert sum(not isinstance(result, Exception) for result in results) == 1
        joined = not isinstance(results[0], Exception)
        assert await members(world, acme) == (2 if joined else 1)
        await world.sql(
            "DELETE FROM memberships WHERE instance_id = $1 AND user_id = $2",
            world.instance_id,
            world.people["ben"],
        )


@pytest.mark.security("G5")
async def test_an_invitation_ends_with_its_time(world, invite, accept):
    made = await invite(expires_in_days=2)
    ticket = made.url.partition("__clerk_ticket=")[2].partition("&")[0]
    for token in (made.secret, ticket):
        with pytest.raises(InvitationExpired):
            await accept(token, platform=later(world.platform, days=2, minutes=1))
    await accept(made.secret, platform=later(world.platform, days=1))


@pytest.mark.security("G5")
async def test_the_secret_is_nowhere_in_the_database(world, invite):
    made = await invite()
    for table in ("grants", "organization_invitations", "events", "messages", "jobs"):
        rows = await world.sql(f"SELECT t::text AS row FROM {table} t")
        assert not any(made.secret in row["row"] for row in rows)
    assert made.secret not in repr(made)


async def test_who_is_a_member_already_keeps_the_role_and_spends_it(world, acme, invite, accept):
    made = await invite()
    await world.member(acme, "ben", "org:viewer")
    assert (await accept(made.secret)).role_key == "org:viewer"
    with pytest.raises(InvitationUsed):
        await accept(made.secret)


async def test_the_place_of_an_invitation_is_its_own(world, acme, invite, accept):
    made = await invite()
    patch = OrganizationPatch(max_allowed_memberships=2)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    await accept(made.secret)
    with pytest.raises(MembershipLimitReached):
        await invite("more@example.com")


async def test_nobody_joins_without_acting(world, invite):
    made = await invite()
    with pytest.raises(Unauthenticated):
        await world.call(None, accepting.accept, token=made.secret)


async def test_an_invitation_of_a_deleted_organization_is_unknown(world, acme, invite, accept):
    made = await invite()
    await world.sql("DELETE FROM organizations WHERE id = $1", acme.id)
    with pytest.raises(InvitationInvalid):
        await accept(made.secret)
