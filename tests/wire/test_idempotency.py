"""Idempotency keys: a repeated request gives the first answer and does nothing again."""

import asyncio

import pytest

from tests.world import later

pytestmark = pytest.mark.security("O1")
KEY = {"idempotency-key": "order-66"}


async def users(world) -> int:
    return (await world.get("/users/count")).json()["total_count"]


async def test_a_repeated_request_gives_the_first_answer(world):
    body = {"email_address": ["ann@example.com"]}
    first = await world.post("/users", body, headers=KEY)
    second = await world.post("/users", body, headers=KEY)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert await users(world) == 1


async def test_the_same_key_with_another_body_is_refused(world):
    await world.post("/users", {"email_address": ["ann@example.com"]}, headers=KEY)
    other = await world.post("/users", {"email_address": ["ben@example.com"]}, headers=KEY)
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "idempotency_key_reused"
    assert await users(world) == 1


async def test_parallel_requests_make_one_user(world):
    body = {"email_address": ["ann@example.com"]}
    answers = await asyncio.gather(
        *(world.post("/users", body, headers=KEY) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert await users(world) == 1


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
