"""Tickets by which an app's server lets somebody act as a user."""

from datetime import timedelta

import pytest

from charter.core.actor_tokens import operations as actor_tokens
from charter.core.actor_tokens.model import (
    ActorToken,
    ActorTokenNotFound,
    ActorTokenNotPending,
    ActorTokenStatus,
)
from charter.core.sessions import operations as sessions
from charter.core.tickets.model import ActorTokenWithdrawn
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput, MissingInput, TooLarge
from tests.core.actor_tokens.acting import SUPPORT, begun, token_for, using
from tests.core.sessions.reading import claims_of, header_of
from tests.flows import Tab
from tests.world import all_at_once


async def test_a_ticket_lasts_an_hour_and_its_session_half_of_that(world):
    made = await token_for(world, "ann")
    token = made.actor_token
    assert token.status is ActorTokenStatus.PENDING
    assert token.expires_at - token.created_at == timedelta(hours=1)
    assert (token.session_seconds, token.actor) == (1800, SUPPORT)
    assert header_of(made.ticket)["typ"] == "ticket+jwt"
    assert claims_of(made.ticket)["st"] == "actor_token"
    [event] = await world.events("actorToken.created")
    assert (event["subject_id"], event["after"]["actor"]) == (token.id, SUPPORT)


@pytest.mark.security("J1")
async def test_the_link_leads_to_the_configured_host(world):
    made = await token_for(world, "ann")
    base = world.platform.addresses.frontend_url
    assert (
        made.url == f"{base}/frontend/i/{world.instance_id}/v1/tickets/accept?ticket={made.ticket}"
    )


@pytest.mark.parametrize("seconds", [0, -1, 315_360_001, 10**18])
@pytest.mark.parametrize("name", ["expires_in_seconds", "session_seconds"])
async def test_a_ticket_and_its_session_last_a_second_to_ten_years(world, name, seconds):
    with pytest.raises(InvalidInput) as refused:
        await token_for(world, "ann", **{name: seconds})
    assert refused.value.parameter == name


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        ({}, MissingInput),
        ({"name": "Zoë"}, MissingInput),
        ({"sub": None}, MissingInput),
        ({"sub": ""}, InvalidInput),
        ({"sub": 7}, InvalidInput),
        ({"sub": ["user_x"]}, InvalidInput),
        ({"sub": "x" * 257}, InvalidInput),
        ({"sub": "a\0b"}, InvalidInput),
        ({"sub": "x", "note": "a\0b"}, InvalidInput),
        ({"sub": "x", "number": float("nan")}, InvalidInput),
        ({"sub": "x", "note": "\ud800"}, InvalidInput),
        ({"sub": "x", "note": "é" * 520}, TooLarge),
    ],
)
async def test_an_actor_has_a_name_and_fits_into_a_token(world, actor, error):
    with pytest.raises(error) as refused:
        await token_for(world, "ann", actor=actor)
    assert refused.value.parameter == "actor"
    assert not await world.events("actorToken.created")


async def test_nobody_acts_as_strangers_and_users_of_other_instances(world, other_world):
    stranger = await other_world.user("ann")
    for user_id in ("user_none", stranger.id):
        with pytest.raises(UserNotFound):
            await world.call(None, actor_tokens.create, user_id=user_id, actor=SUPPORT)


async def test_a_revoked_ticket_does_not_work_and_is_revoked_once(world):
    made = await token_for(world, "ann")
    token_id = made.actor_token.id
    results = await all_at_once(
        *(world.call(None, actor_tokens.revoke, actor_token_id=token_id) for _ in range(5))
    )
    assert sum(isinstance(result, ActorToken) for result in results) == 1
    assert sum(isinstance(result, ActorTokenNotPending) for result in results) == 4
    with pytest.raises(ActorTokenWithdrawn):
        await using(Tab(world), made.ticket)
    assert len(await world.events("actorToken.revoked")) == 1


async def test_a_ticket_that_was_used_is_not_revoked_and_its_session_goes_on(world):
    made = await token_for(world, "ann")
    session = await begun(world, Tab(world), made.ticket)
    with pytest.raises(ActorTokenNotPending) as refused:
        await world.call(None, actor_tokens.revoke, actor_token_id=made.actor_token.id)
    assert refused.value.meta["status"] == "accepted"
    session = await world.call(None, sessions.get, session_id=session.id)
    assert session.status_at(world.platform.clock()).is_alive


async def test_a_ticket_of_another_instance_is_unknown(world, other_world):
    made = await token_for(world, "ann")
    with pytest.raises(ActorTokenNotFound):
        await other_world.call(None, actor_tokens.revoke, actor_token_id=made.actor_token.id)
    assert (await begun(world, Tab(world), made.ticket)).actor == SUPPORT


@pytest.mark.security("C1")
async def test_a_ticket_is_nowhere_in_the_database(world):
    made = await token_for(world, "ann")
    secret = claims_of(made.ticket)["grant"]
    for table in ("actor_tokens", "grants", "events"):
        rows = await world.sql(
            f"SELECT row_to_json(t)::text AS text FROM {table} t WHERE instance_id = $1",
            world.instance_id,
        )
        assert rows
        assert not [r for r in rows if secret in r["text"] or made.ticket in r["text"]]
