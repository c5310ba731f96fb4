"""Idempotency keys: a repeated request gives the first answer and does nothing again."""

import asyncio

import pytest

from charter.core.users import operations as users
from charter.core.users.model import NewUser
from charter.kernel.idempotency import Once, Replay
from charter.kernel.operation import run
from tests.cast import picture
from tests.world import later

pytestmark = pytest.mark.security("O1")
KEY = {"idempotency-key": "order-66"}


async def count(world) -> int:
    return (await world.get("/users/count")).json()["total_count"]


async def test_a_repeated_request_gives_the_first_answer(world):
    body = {"email_address": ["ann@example.com"]}
    first = await world.post("/users", body, headers=KEY)
    second = await world.post("/users", body, headers=KEY)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert await count(world) == 1


async def test_the_same_key_with_another_body_is_refused(world):
    await world.post("/users", {"email_address": ["ann@example.com"]}, headers=KEY)
    other = await world.post("/users", {"email_address": ["ben@example.com"]}, headers=KEY)
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "idempotency_key_reused"
    assert await count(world) == 1


async def test_parallel_requests_make_one_user(world):
    body = {"email_address": ["ann@example.com"]}
    answers = await asyncio.gather(*(world.post("/users", body, headers=KEY) for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert await count(world) == 1


async def test_a_refused_request_may_be_sent_again(world):
    refused = await world.post("/users", {"email_address": ["no address"]}, headers=KEY)
    assert refused.status_code == 422
    accepted = await world.post("/users", {"email_address": ["ann@example.com"]}, headers=KEY)
    assert accepted.status_code == 200


async def test_another_caller_may_use_the_same_key(world, other_world):
    body = {"email_address": ["ann@example.com"]}
    here = await world.post("/users", body, headers=KEY)
    there = await other_world.post("/users", body, headers=KEY)
    assert here.json()["id"] != there.json()["id"]


async def test_an_answer_is_stored_sealed(world):
    await world.post("/users", {"email_address": ["ann@example.com"]}, headers=KEY)
    rows = await world.sql(
        "SELECT sealed_answer FROM idempotency_keys WHERE instance_id = $1", world.instance_id
    )
    assert len(rows) == 1
    assert b"ann@example.com" not in rows[0]["sealed_answer"]


async def test_a_key_is_forgotten_after_a_day(world):
    from charter.worker import clear

    await world.post("/users", {"email_address": ["ann@example.com"]}, headers=KEY)
    await clear(later(world.platform, hours=23))
    remembered = "SELECT 1 FROM idempotency_keys WHERE instance_id = $1"
    assert await world.sql(remembered, world.instance_id)
    await clear(later(world.platform, hours=25))
    assert not await world.sql(remembered, world.instance_id)


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_key_without_sense_is_refused(world, key):
    answer = await world.post(
        "/users", {"email_address": ["ann@example.com"]}, headers={"idempotency-key": key}
    )
    assert answer.status_code == 422


async def test_two_people_of_one_instance_may_use_the_same_key(world):
    made = []
    for name in ("ann", "ben"):
        await world.user(name)
        answer = await world.client.post(
            "/rpc/v1/organizations/create",
            json={"name": "Acme"},
            headers={**KEY, "charter-acting-user": world.people[name]},
        )
        made.append(answer.json()["organization"]["id"])
    assert made[0] != made[1]


async def test_the_same_key_for_another_path_is_refused(world):
    ann, ben = await world.user("ann"), await world.user("ben")
    banned = await world.post(f"/users/{ann.id}/ban", headers=KEY)
    other = await world.post(f"/users/{ben.id}/ban", headers=KEY)
    assert (banned.status_code, other.status_code) == (200, 422)
    assert (await world.get(f"/users/{ben.id}")).json()["banned"] is False


async def test_the_same_key_with_another_file_is_refused(world):
    ann = await world.user("ann")
    path = f"/users/{ann.id}/profile_image"
    first = {"file": ("a.png", picture())}
    sent = [await world.post(path, files=first, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200], sent[0].text
    assert sent[1].headers["idempotency-replayed"] == "true"
    other = await world.post(path, files={"file": ("a.png", picture() + b"x")}, headers=KEY)
    assert other.status_code == 422


async def test_a_key_counts_no_more_after_a_day_even_if_nothing_cleared_it(world):
    made = {"new": NewUser(needs_identifier=False)}
    once = Once("order-66", b"x" * 32, lambda user: user.id.encode())
    first = await run(world.platform, world.server, users.create, once=once, arguments=made)
    again = await run(world.platform, world.server, users.create, once=once, arguments=made)
    assert again == Replay(first.id.encode())
    day_after = later(world.platform, hours=25)
    anew = await run(day_after, world.server, users.create, once=once, arguments=made)
    assert anew.id != first.id
