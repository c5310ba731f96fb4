"""Tickets by which an app's server lets a user in."""

from datetime import timedelta

import pytest

from charter.core.grants import granting, tickets
from charter.core.grants.model import (
    Grant,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.memberships.model import MemberNotFound
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_in_tokens.model import (
    SignInToken,
    SignInTokenNotFound,
    SignInTokenNotPending,
    SignInTokenStatus,
)
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import CATALOG, Context, operation
from tests.core.sessions.reading import claims_of, header_of
from tests.world import all_at_once, later


@operation(
    "tests.use_ticket",
    permission=Permission.SESSIONS_MANAGE,
    raises=(GrantInvalid, GrantSpent, GrantExpired, GrantRevoked),
)
async def use_ticket(ctx: Context, ticket: str) -> Grant:
    """Spend a ticket as a sign-in does."""
    await ctx.allow()
    secret = await tickets.read_ticket(ctx, ticket, Purpose.SIGN_IN_TOKEN)
    return await granting.spend(ctx, Purpose.SIGN_IN_TOKEN, secret)


del CATALOG["tests.use_ticket"]


async def make(world, **arguments):
    ann = await world.user("ann")
    return await world.call(None, sign_in_tokens.create, user_id=ann.id, **arguments)


async def test_a_ticket_lasts_thirty_days_and_works_once(world):
    made = await make(world)
    assert made.sign_in_token.status is SignInTokenStatus.PENDING
    assert made.sign_in_token.expires_at - made.sign_in_token.created_at == timedelta(days=30)
    assert header_of(made.ticket)["typ"] == "ticket+jwt"
    assert claims_of(made.ticket)["st"] == "sign_in_token"
    grant = await world.call(None, use_ticket, ticket=made.ticket)
    assert grant.subject_id == made.sign_in_token.id
    with pytest.raises(GrantSpent):
        await world.call(None, use_ticket, ticket=made.ticket)
    [event] = await world.events("signInToken.created")
    assert event["subject_id"] == made.sign_in_token.id


@pytest.mark.security("J1")
async def test_the_link_leads_to_the_configured_host(world):
    made = await make(world)
    base = world.platform.addresses.frontend_url
    assert (
        made.url == f"{base}/frontend/i/{world.instance_id}/v1/tickets/accept?ticket={made.ticket}"
    )


async def test_a_ticket_runs_out(world):
    made = await make(world, expires_in_seconds=60)
    with pytest.raises(GrantExpired):
        await world.call(
            None, use_ticket, ticket=made.ticket, platform=later(world.platform, seconds=70)
        )


@pytest.mark.parametrize("seconds", [0, -1, 315_360_001, 10**18])
async def test_a_ticket_lasts_a_second_to_ten_years(world, seconds):
    with pytest.raises(InvalidInput):
        await make(world, expires_in_seconds=seconds)


async def test_a_ticket_may_lead_into_an_organization_of_the_user(world):
    acme = await world.organization(owner="ann")
    made = await make(world, organization_id=acme.id)
    assert made.sign_in_token.organization_id == acme.id
    others = await world.organization("Other", owner="ben")
    with pytest.raises(MemberNotFound):
        await make(world, organization_id=others.id)


async def test_strangers_and_users_of_other_instances_get_no_ticket(world, other_world):
    stranger = await other_world.user("ann")
    for user_id in ("user_none", stranger.id):
        with pytest.raises(UserNotFound):
            await world.call(None, sign_in_tokens.create, user_id=user_id)


async def test_a_revoked_ticket_does_not_work_and_is_revoked_once(world):
    made = await make(world)
    token_id = made.sign_in_token.id
    results = await all_at_once(
        *(world.call(None, sign_in_tokens.revoke, sign_in_token_id=token_id) for _ in range(5))
    )
    assert sum(isinstance(result, SignInToken) for result in results) == 1
    assert sum(isinstance(result, SignInTokenNotPending) for result in results) == 4
    with pytest.raises(GrantRevoked):
        await world.call(None, use_ticket, ticket=made.ticket)
    assert len(await world.events("signInToken.revoked")) == 1


async def test_a_ticket_of_another_instance_is_unknown(world, other_world):
    made = await make(world)
    with pytest.raises(SignInTokenNotFound):
        await other_world.call(None, sign_in_tokens.revoke, sign_in_token_id=made.sign_in_token.id)
    with pytest.raises(GrantInvalid):
        await other_world.call(None, use_ticket, ticket=made.ticket)
    assert await world.call(None, use_ticket, ticket=made.ticket)


@pytest.mark.security("D3")
async def test_a_ticket_outlives_the_key_that_signed_it(world):
    made = await make(world)
    await world.call(None, keys.rotate_signing, at_once=True)
    lookup(world.platform).forget()
    assert await world.call(None, use_ticket, ticket=made.ticket)


@pytest.mark.security("C1")
async def test_a_ticket_is_nowhere_in_the_database(world):
    made = await make(world)
    secret = claims_of(made.ticket)["grant"]
    for table in ("sign_in_tokens", "grants", "events"):
        rows = await world.sql(
            f"SELECT row_to_json(t)::text AS text FROM {table} t WHERE instance_id = $1",
            world.instance_id,
        )
        assert rows
        assert not [r for r in rows if secret in r["text"] or made.ticket in r["text"]]
