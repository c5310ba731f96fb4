"""Whether an address is somebody's is told neither by answers nor by the work they cost."""

import dataclasses

import pytest

from charter.core.account_logins import mailing, operations
from charter.core.account_logins.model import CredentialsWrong
from charter.core.users import restrictions
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.work import WorkPool
from tests.browsing import PASSWORD
from tests.logging_in import app_client


@pytest.fixture
async def client(world):
    return (await app_client(world)).application


async def jobs(world):
    return await world.sql(
        "SELECT kind, payload FROM jobs WHERE instance_id = $1", world.instance_id
    )


@pytest.mark.security("A5")
@pytest.mark.parametrize("state", ["known", "locked", "without a password", "unknown"])
async def test_every_refused_password_costs_one_hash(world, client, state):
    if state != "unknown":
        more = {} if state == "without a password" else {"password": PASSWORD}
        await world.user("ann", **more)
    if state == "locked":
        await world.call(None, restrictions.lock, user_id="ann")
    visitor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    hashed = []

    class Counting(WorkPool):
        def submit(self, piece):
            hashed.append(piece.function.func.__name__)
            super().submit(piece)

    work = Counting(1)
    platform = dataclasses.replace(world.platform, work=work)
    with pytest.raises(CredentialsWrong) as refused:
        await world.call(
            visitor,
            operations.sign_in,
            email_address="ann@example.com",
            password="not the one",
            client_id=client.id,
            platform=platform,
        )
    await work.close()
    assert len(hashed) == 1, hashed
    assert (refused.value.parameter, refused.value.meta) == (None, {})


@pytest.mark.security("A5")
async def test_a_link_is_asked_for_alike_whoever_has_the_address(world, client):
    await world.user("ann")
    visitor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    before = len(await jobs(world))
    for name in ("ann", "nobody"):
        for operation in (mailing.send_sign_in_link, mailing.send_reset_link):
            await world.call(
                visitor,
                operation,
                email_address=f"{name}@example.com",
                client_id=client.id,
            )
    asked = (await jobs(world))[before:]
    assert [row["kind"] for row in asked] == [mailing.MAIL] * 4
    # Who waits for a link is sealed in the queue.
    assert all("example.com" not in str(row["payload"]) for row in asked)
