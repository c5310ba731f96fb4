"""Digests that were imported, and what becomes of them at the right password."""

import bcrypt
import pytest

from charter.core.passwords import hashers
from charter.core.passwords import operations as passwords
from charter.core.passwords.errors import PasswordTooLongNeedsReset
from charter.core.passwords.model import PasswordIncorrect
from tests.core.passwords.vectors import VECTORS

RIGHT, WRONG = "correct horse battery", "not it at all"


async def verify(world, name, password):
    return await world.call(None, passwords.verify, user_id=name, password=password)


async def kept(world, user):
    (row,) = await world.sql("SELECT * FROM passwords WHERE user_id = $1", user.id)
    return row["hasher"], row["password_digest"]


@pytest.mark.security("A4")
async def test_a_digest_of_another_system_becomes_ours_at_the_right_password(world):
    digest = bcrypt.hashpw(RIGHT.encode(), bcrypt.gensalt(4)).decode()
    user = await world.user("ann", password_digest=digest, password_hasher="bcrypt")
    with pytest.raises(PasswordIncorrect):
        await verify(world, "ann", WRONG)
    assert await kept(world, user) == ("bcrypt", digest)
    await verify(world, "ann", RIGHT)
    hasher, stronger = await kept(world, user)
    assert hasher == "argon2id"
    assert stronger.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await verify(world, "ann", RIGHT)
    assert await kept(world, user) == (hasher, stronger)
    with pytest.raises(PasswordIncorrect):
        await verify(world, "ann", WRONG)


@pytest.mark.security("A4")
@pytest.mark.parametrize(("hasher", "digest", "password"), VECTORS)
async def test_no_weaker_digest_outlives_a_right_password(world, hasher, digest, password):
    user = await world.user("ann", password_digest=digest, password_hasher=hasher)
    await verify(world, "ann", password)
    now = await kept(world, user)
    assert now[0] == "argon2id"
    assert not hashers.needs_upgrade(*now)
    await verify(world, "ann", password)


async def test_a_password_whose_end_was_never_seen_needs_a_reset(world):
    digest = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    user = await world.user("ann", password_digest=digest, password_hasher="bcrypt")
    answer = await world.post(f"/users/{user.id}/verify_password", {"password": "x" * 80})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "password_too_long_needs_reset"
    with pytest.raises(PasswordTooLongNeedsReset):
        await verify(world, "ann", "x" * 80)
    assert await kept(world, user) == ("bcrypt", digest)
