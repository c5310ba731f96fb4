"""Secret keys: what they look like, where they work, and how they end."""

import hashlib
import math
import re

import pytest

from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.keys.model import SecretKeyNotFound
from charter.kernel.errors import InvalidInput
from charter.kernel.secrets import well_formed
from tests.world import later

PATH = "/v1/sessions"


async def status(http, secret, **headers):
    headers = {"authorization": f"Bearer {secret}", **headers}
    return (await http.get(PATH, headers=headers)).status_code


@pytest.mark.security("I1")
async def test_a_secret_key_has_a_prefix_160_bits_and_a_checksum(world):
    made = await world.call(None, keys.rotate_secret)
    assert re.fullmatch(r"sk_test_[0-9A-Za-z]+", made.secret)
    body = made.secret.removeprefix("sk_test_")[:-6]
    assert len(body) * math.log2(62) >= 160
    assert well_formed("sk_test_", made.secret)
    wrong = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    assert not well_formed("sk_test_", wrong)


@pytest.mark.security("I1")
async def test_a_secret_key_is_found_by_the_unique_index_of_its_digest(world):
    made = await world.call(None, keys.rotate_secret)
    [row] = await world.sql("SELECT * FROM secret_keys WHERE id = $1", made.key.id)
    assert row["digest"] == hashlib.sha256(made.secret.encode()).digest()
    assert made.secret.encode() not in row["sealed_secret"]
    indexes = await world.sql("SELECT indexdef FROM pg_indexes WHERE tablename = 'secret_keys'")
    assert any("UNIQUE" in i["indexdef"] and "(digest)" in i["indexdef"] for i in indexes)
    [event] = await world.events("secretKey.created")
    assert made.secret not in str(dict(event))
    assert "digest" not in event["after"]


@pytest.mark.security("I1")
async def test_a_production_key_is_kept_as_a_digest_alone(world):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    lookup(world.platform).forget()
    made = await world.call(None, keys.rotate_secret)
    assert made.secret.startswith("sk_live_")
    [row] = await world.sql("SELECT * FROM secret_keys WHERE id = $1", made.key.id)
    assert row["sealed_secret"] is None


@pytest.mark.security("I4")
@pytest.mark.parametrize("name", ["secret_key", "api_key", "access_token", "authorization", "key"])
async def test_a_secret_key_in_the_query_string_opens_nothing(world, http, name):
    secret = world.keys.secret_key
    for value in (secret, f"Bearer {secret}"):
        answer = await http.get(PATH, params={name: value})
        assert answer.status_code == 401
        assert secret not in answer.text
    assert await status(http, secret) == 200


@pytest.mark.security("I4")
@pytest.mark.parametrize("origin", ["https://app.example", "http://localhost:3000", "null"])
async def test_a_secret_key_from_a_browser_is_refused_at_every_door(world, http, origin):
    secret = world.keys.secret_key
    assert await status(http, secret, origin=origin) == 401
    headers = {"authorization": f"Bearer {secret}"}
    path = "/rpc/v1/organizations/members/remove"
    assert (await http.post(path, json={}, headers=headers)).status_code == 400
    answer = await http.post(path, json={}, headers={**headers, "origin": origin})
    assert answer.status_code == 401


@pytest.mark.security("I4")
async def test_a_publishable_key_opens_nothing(world, http):
    key = world.keys.publishable_key
    assert key.startswith("pk_test_")
    assert await status(http, key) == 401
    answer = await http.post(
        "/rpc/v1/organizations/members/remove",
        json={},
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 401


async def test_a_revoked_key_ends_at_once_and_the_others_stay(world, http):
    made = await world.call(None, keys.rotate_secret, overlap_seconds=3600)
    revoked = await world.call(None, keys.revoke_secret, key_id=made.key.id)
    lookup(world.platform).forget()
    assert revoked.revoked_at is not None
    assert revoked.sealed_secret is None
    assert await status(http, made.secret) == 401
    assert await status(http, world.keys.secret_key) == 200
    with pytest.raises(SecretKeyNotFound):
        await world.call(None, keys.revoke_secret, key_id=made.key.id)
    assert len(await world.events("secretKey.revoked")) == 2


async def test_a_key_of_another_instance_is_not_found(world, other_world):
    [row] = await other_world.call(None, keys.search)
    with pytest.raises(SecretKeyNotFound):
        await world.call(None, keys.revoke_secret, key_id=row.id)


@pytest.mark.security("I5")
async def test_old_keys_work_for_the_overlap_and_no_later_rotation_revives_them(world, http):
    old = world.keys.secret_key
    first = await world.call(None, keys.rotate_secret, overlap_seconds=60)
    lookup(world.platform).forget()
    assert await status(http, old) == 200
    assert await status(http, first.secret) == 200
    after = later(world.platform, seconds=61)
    await world.call(None, keys.rotate_secret, overlap_seconds=3600, platform=after)
    rows = await world.call(None, keys.search)
    now = world.platform.clock()
    assert rows[0].expires_at <= later(world.platform, seconds=60).clock()
    assert rows[1].expires_at > now
    assert rows[2].expires_at is None


async def test_a_rotation_without_overlap_ends_the_old_keys_now(world, http):
    made = await world.call(None, keys.rotate_secret)
    lookup(world.platform).forget()
    assert await status(http, world.keys.secret_key) == 401
    assert await status(http, made.secret) == 200


@pytest.mark.parametrize("seconds", [-1, 604_801])
async def test_an_overlap_is_a_week_at_most(world, seconds):
    with pytest.raises(InvalidInput):
        await world.call(None, keys.rotate_secret, overlap_seconds=seconds)
