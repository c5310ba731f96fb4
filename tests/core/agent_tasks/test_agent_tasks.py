"""What an agent does for a user: in a session of its own that says so."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.agent_tasks import operations as agent_tasks
from charter.core.agent_tasks.model import (
    AgentTask,
    AgentTaskNotFound,
    AgentTaskNotPending,
    AgentTaskStatus,
    AgentTaskSubjectNotFound,
    NewAgentTask,
    OnBehalfOf,
)
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.sessions import operations as sessions
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.core.tickets.model import (
    ActedForGone,
    AgentTaskUsed,
    AgentTaskWithdrawn,
    TicketExpired,
    TicketInvalid,
)
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput
from charter.kernel.ids import new_id
from tests.core.sessions.reading import claims_of
from tests.flows import Tab
from tests.world import all_at_once, later


async def task_for(world, name="ann", **fields):
    """Something for an agent to do for the user of that name."""
    user = await world.user(name)
    usual = {
        "on_behalf_of": OnBehalfOf(user_id=user.id),
        "agent_name": "Tester",
        "description": "Click through the sign-up",
        "redirect_url": "http://localhost:3000/start",
    }
    return await world.call(None, agent_tasks.create, new=NewAgentTask(**{**usual, **fields}))


def ticket_in(made):
    return parse_qs(urlsplit(made.url).query)["ticket"][0]


def accept(tab, made):
    return tab.call(agent_tasks.accept, ticket=ticket_in(made))


async def only_session(world, name="ann"):
    (row,) = await world.sql(
        "SELECT id FROM sessions WHERE instance_id = $1 AND user_id = $2",
        world.instance_id,
        world.people[name],
    )
    return await world.call(None, sessions.get, session_id=row["id"])


async def test_the_address_signs_an_agent_in_and_its_tokens_say_so(world):
    made = await task_for(world)
    arrived = await accept(Tab(world), made)
    place = urlsplit(arrived.location)
    assert place.path.endswith("/client/handshake")
    assert parse_qs(place.query)["redirect_url"] == ["http://localhost:3000/start"]
    session = await only_session(world)
    assert session.actor == {"sub": made.task.agent_id, "type": "agent"}
    assert (session.expire_at - session.created_at).total_seconds() == 1800
    token = await world.call(None, sessions.create_token, session_id=session.id)
    assert claims_of(token.jwt)["act"] == {"sub": made.task.agent_id, "type": "agent"}
    (event,) = await world.events("agentTask.accepted")
    assert event["after"]["description"] == "Click through the sign-up"


async def test_a_ticket_signs_in_as_any_ticket_does(world):
    made = await task_for(world, session_seconds=60)
    new = NewSignIn(strategy="ticket", ticket=ticket_in(made))
    done = await Tab(world).call(sign_ins.create, new=new)
    assert done.view.sign_in.status == "complete"
    session = await only_session(world)
    assert (session.expire_at - session.created_at).total_seconds() == 60


@pytest.mark.security("C1")
async def test_a_ticket_works_once_however_many_come_with_it(world):
    made = await task_for(world)
    results = await all_at_once(*(accept(Tab(world), made) for _ in range(4)))
    assert sum(isinstance(each, AgentTaskUsed) for each in results) == 3
    await only_session(world)
    with pytest.raises(AgentTaskNotPending):
        await world.call(None, agent_tasks.revoke, agent_task_id=made.task.id)


async def test_a_revoked_task_signs_nobody_in_and_is_revoked_once(world):
    made = await task_for(world)
    one = {"agent_task_id": made.task.id}
    results = await all_at_once(*(world.call(None, agent_tasks.revoke, **one) for _ in range(4)))
    (revoked,) = [each for each in results if isinstance(each, AgentTask)]
    assert revoked.status is AgentTaskStatus.REVOKED
    with pytest.raises(AgentTaskWithdrawn):
        await accept(Tab(world), made)


async def test_an_address_works_for_an_hour_and_for_a_user_who_is_there(world):
    made = await task_for(world)
    late = later(world.platform, hours=1, seconds=6)
    with pytest.raises(TicketExpired):
        await world.call(
            Tab(world).actor, agent_tasks.accept, platform=late, ticket=ticket_in(made)
        )
    await world.call(None, users.delete, user_id="ann")
    with pytest.raises((ActedForGone, TicketInvalid)):
        await accept(Tab(world), made)


async def test_an_agent_has_one_name_for_all_its_tasks_in_an_instance(world, other_world):
    first, second = await task_for(world), await task_for(world, "ben")
    other = await task_for(world, agent_name="Other")
    elsewhere = await task_for(other_world)
    assert first.task.agent_id == second.task.agent_id
    assert len({first.task.agent_id, other.task.agent_id, elsewhere.task.agent_id}) == 3


@pytest.mark.parametrize(
    "meant", [OnBehalfOf("user_none"), OnBehalfOf(None, "nobody@example.com"), OnBehalfOf(None, "")]
)
async def test_nobody_acts_for_somebody_who_is_not_there(world, meant):
    with pytest.raises(AgentTaskSubjectNotFound):
        await task_for(world, on_behalf_of=meant)


async def test_a_user_is_meant_by_what_they_have_proven_alone(world):
    ann = await world.user("ann")
    made = await task_for(world, on_behalf_of=OnBehalfOf(None, " ANN@example.com "))
    assert made.task.user_id == ann.id
    await world.sql(
        "UPDATE email_addresses SET verification_status = 'unverified' WHERE user_id = $1", ann.id
    )
    with pytest.raises(AgentTaskSubjectNotFound):
        await task_for(world, on_behalf_of=OnBehalfOf(None, "ann@example.com"))


@pytest.mark.parametrize(
    "fields",
    [
        {"on_behalf_of": OnBehalfOf()},
        {"on_behalf_of": OnBehalfOf("user_x", "ann@example.com")},
        {"agent_name": " "},
        {"agent_name": "x" * 257},
        {"description": ""},
        {"redirect_url": "javascript:alert(1)"},
        {"redirect_url": "/start"},
        {"session_seconds": 0},
        {"session_seconds": 315_360_001},
    ],
)
async def test_what_makes_no_task_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await task_for(world, **fields)


@pytest.mark.security("J8")
async def test_nobody_is_sent_to_a_site_that_is_not_the_apps(world):
    made = await task_for(world, redirect_url="https://evil.test/")
    with pytest.raises(ReturnUrlNotAllowed):
        await accept(Tab(world), made)
    # Nothing was spent on it: no session waits for whoever comes by.
    assert not await world.sql("SELECT 1 FROM sessions WHERE instance_id = $1", world.instance_id)


async def test_a_task_of_another_instance_is_unknown(world, other_world):
    made = await task_for(world)
    for task_id in (made.task.id, new_id("agt_")):
        with pytest.raises(AgentTaskNotFound):
            await other_world.call(None, agent_tasks.revoke, agent_task_id=task_id)
    with pytest.raises(TicketInvalid):
        await accept(Tab(other_world), made)
