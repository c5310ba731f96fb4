"""Ending sessions, and what it means for the tokens that are out."""

import pytest

from charter.core.acting import check_session
from charter.core.clients import operations as clients
from charter.core.clients.model import ClientNotFound, ClientTokenInvalid
from charter.core.memberships import operations as memberships
from charter.core.sessions import operations as sessions
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionNotActive, SessionNotFound, SessionStatus
from charter.core.users import restrictions as users
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import Unauthenticated, VersionConflict
from charter.kernel.operation import CATALOG, Context, operation, run, version
from charter.kernel.tokens import TokenRefused, Typ, verify
from tests.core.sessions.reading import claims_of, public_keys
from tests.waiting import after_open
from tests.world import all_at_once, later


@operation("tests.end_sessions", permission=Permission.USERS_MANAGE)
async def end_for_test(
    ctx: Context, user_id: str, status: str, except_session_id: str | None = None
) -> list[str]:
    """End a user's sessions as a ban or a new password does."""
    await ctx.allow()
    ended = await end_sessions_of_user(
        ctx, user_id, status=SessionStatus(status), except_session_id=except_session_id
    )
    return sorted(session.id for session in ended)


del CATALOG["tests.end_sessions"]


async def rpc_status(http, token, organization):
    answer = await http.post(
        "/rpc/v1/organizations/members/remove",
        json={"organizationId": organization.id, "userId": "user_none"},
        headers={"authorization": f"Bearer {token}"},
    )
    return answer.status_code


async def test_revoking_ends_a_session_once(world):
    session = await world.session("ann")
    results = await all_at_once(
        *(world.call(None, sessions.revoke, session_id=session.id) for _ in range(5))
    )
    assert {result.status for result in results} == {SessionStatus.REVOKED}
    assert len(await world.events("session.revoked")) == 1
    with pytest.raises(SessionNotActive):
        await world.call(None, sessions.create_token, session_id=session.id)


async def test_a_session_that_changes_meanwhile_is_not_ended_in_the_version_before(world):
    session = await world.session("ann")
    revoking = run(
        world.platform,
        world.server,
        sessions.revoke,
        expected_version=version(session.updated_at),
        arguments={"session_id": session.id},
    )
    used = ("UPDATE sessions SET updated_at = now() WHERE id = $1", session.id)
    with pytest.raises(VersionConflict):
        await after_open(world, revoking, used)


async def test_sessions_of_another_instance_are_not_found(world, other_world):
    session = await world.session("ann")
    for call in (sessions.get, sessions.revoke, sessions.create_token):
        with pytest.raises(SessionNotFound):
            await other_world.call(None, call, session_id=session.id)
    assert (await world.call(None, sessions.get, session_id=session.id)).status == "active"


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("revoked", "session.revoked"),
        ("ended", "session.ended"),
        ("replaced", "session.ended"),
        ("removed", "session.removed"),
    ],
)
async def test_all_sessions_of_a_user_end_but_the_one_that_is_spared(world, status, event):
    first, second, kept = [await world.session("ann") for _ in range(3)]
    other = await world.session("ben")
    ended = await world.call(
        None,
        end_for_test,
        user_id=first.user_id,
        status=status,
        except_session_id=kept.id,
    )
    assert ended == sorted([first.id, second.id])
    announced = await world.events(event)
    assert sorted(each["subject_id"] for each in announced) == ended
    for session in (kept, other):
        assert (await world.call(None, sessions.get, session_id=session.id)).status == "active"


async def test_a_client_is_newer_once_a_session_of_it_ended(world):
    session = await world.session("ann")
    before = await world.call(None, clients.get, client_id=session.client_id)
    await world.call(None, sessions.revoke, session_id=session.id)
    after = await world.call(None, clients.get, client_id=session.client_id)
    assert after.updated_at > before.updated_at


@pytest.mark.security("C4")
@pytest.mark.parametrize("ending", ["sign-out", "revocation", "ban", "deletion"])
async def test_an_ending_takes_effect_on_the_next_request_and_stops_new_tokens(world, http, ending):
    acme = await world.organization(owner="ben")
    await world.member(acme, "ann")
    session = await world.session("ann", acme)
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    assert await rpc_status(http, token, acme) == 403
    if ending == "sign-out":
        await world.call(None, end_for_test, user_id="ann", status="ended")
    elif ending == "revocation":
        await world.call(None, sessions.revoke, session_id=session.id)
    elif ending == "ban":
        await world.sql("UPDATE users SET is_banned = true WHERE id = $1", session.user_id)
    else:
        await world.sql("DELETE FROM users WHERE id = $1", session.user_id)
    assert await rpc_status(http, token, acme) == 401
    with pytest.raises((SessionNotActive, SessionNotFound)):
        await world.call(None, sessions.create_token, session_id=session.id)
    if ending != "ban":
        with pytest.raises((ClientTokenInvalid, ClientNotFound)):
            await world.call(None, clients.verify, token=token)
    # Whoever verifies without asking lets the token in until it has run out, and no longer.
    keys = await public_keys(world)
    instance = {"typ": Typ.JWT, "issuer": claims_of(token)["iss"], "categories": {SESSION}}
    assert verify(token, keys, now=world.platform.clock(), **instance)
    end = later(world.platform, seconds=61 + 5).clock()
    with pytest.raises(TokenRefused):
        verify(token, keys, now=end, **instance)


SESSION = "cl_B7d4PD111AAA"


@pytest.mark.security("C4")
async def test_who_leaves_an_organization_has_no_rights_there_from_then_on(world, http):
    acme = await world.organization(owner=["ann", "ben"])
    session = await world.session("ann", acme)
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    assert claims_of(token)["o"]["id"] == acme.id
    assert await rpc_status(http, token, acme) == 200
    await world.call(None, memberships.remove, organization_id=acme.id, user_id=session.user_id)
    assert await rpc_status(http, token, acme) == 404
    fresh = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    assert "o" not in claims_of(fresh)
    read = await world.call(None, sessions.get, session_id=session.id)
    assert read.last_active_organization_id is None
    [client] = [await world.call(None, clients.get, client_id=session.client_id)]
    assert client.sessions[0].last_active_organization_id is None


async def test_a_deleted_user_cannot_be_signed_in(world):
    ann = await world.user("ann")
    await world.sql("DELETE FROM users WHERE id = $1", ann.id)
    with pytest.raises(UserNotFound):
        await world.call(None, sessions.create, user_id=ann.id)


@pytest.mark.security("D2")
async def test_a_session_is_alive_for_its_own_user_alone(world):
    session, ben = await world.session("ann"), await world.user("ben")
    now = world.platform.clock()
    await check_session(world.platform, world.instance_id, session.user_id, session.id, now)
    with pytest.raises(Unauthenticated):
        await check_session(world.platform, world.instance_id, ben.id, session.id, now)


@pytest.mark.security("C4")
async def test_no_connector_acts_for_a_banned_user(world):
    acme = await world.organization(owner="ann")
    assert (await world.rpc("ann", "/get", {"organizationId": acme.id})).status_code == 200
    await world.call(None, users.ban, user_id="ann")
    assert (await world.rpc("ann", "/get", {"organizationId": acme.id})).status_code == 401
