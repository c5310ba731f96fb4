"""Sessions end by the clock: after a time without use, and after a time whatever happens."""

import pytest

from charter.core.keys.lookup import lookup
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionNotActive, SessionStatus
from charter.kernel.filters.tree import Apply, Name, Op, Text
from charter.kernel.lists import Search
from tests.world import later

HOUR = 3600


async def settle(world, *, lifetime_seconds, inactivity_seconds):
    await world.sql(
        "UPDATE instances SET settings = settings || jsonb_build_object("
        "'session_lifetime_seconds', $2::int, 'session_inactivity_seconds', $3::int)"
        " WHERE id = $1",
        world.instance_id,
        lifetime_seconds,
        inactivity_seconds,
    )
    lookup(world.platform).forget()


async def of_status(world, status, platform):
    search = Search(where=Apply(Op.EQ, (Name("status"), Text(status))))
    found = await world.call(None, sessions.search, search=search, platform=platform)
    return [session.id for session in found.items]


@pytest.mark.security("C3")
@pytest.mark.parametrize(
    ("lifetime", "inactivity", "end"),
    [(2 * HOUR, HOUR, "abandoned"), (HOUR, 2 * HOUR, "expired")],
)
async def test_a_session_ends_at_its_hour_and_gives_no_more_tokens(
    world, lifetime, inactivity, end
):
    await settle(world, lifetime_seconds=lifetime, inactivity_seconds=inactivity)
    session = await world.session("ann")
    before = later(world.platform, seconds=HOUR - 5)
    after = later(world.platform, seconds=HOUR + 1)
    token = await world.call(None, sessions.create_token, session_id=session.id, platform=before)
    assert token.jwt
    assert await of_status(world, "active", before) == [session.id]
    with pytest.raises(SessionNotActive):
        await world.call(None, sessions.create_token, session_id=session.id, platform=after)
    assert await of_status(world, "active", after) == []
    assert await of_status(world, end, after) == [session.id]
    row = await world.call(None, sessions.get, session_id=session.id, platform=after)
    assert row.status_at(after.clock()) is SessionStatus(end)


@pytest.mark.security("C3")
async def test_the_door_refuses_a_token_whose_session_has_run_out(world, http):
    acme = await world.organization(owner="ann")
    session = await world.session("ann", acme)
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt

    async def status():
        answer = await http.post(
            "/rpc/v1/organizations/members/remove",
            json={"organizationId": acme.id, "userId": "user_none"},
            headers={"authorization": f"Bearer {token}"},
        )
        return answer.status_code

    assert await status() == 200
    for column in ("expire_at", "abandon_at"):
        await world.sql(
            f"UPDATE sessions SET {column} = now() - interval '1 second' WHERE id = $1",
            session.id,
        )
        assert await status() == 401
        await world.sql(
            f"UPDATE sessions SET {column} = now() + interval '1 day' WHERE id = $1", session.id
        )
        assert await status() == 200


async def test_a_status_that_is_stored_does_not_change_with_the_clock(world):
    session = await world.session("ann")
    await world.call(None, sessions.revoke, session_id=session.id)
    years_on = later(world.platform, days=1000)
    assert await of_status(world, "revoked", years_on) == [session.id]
    assert await of_status(world, "expired", years_on) == []
