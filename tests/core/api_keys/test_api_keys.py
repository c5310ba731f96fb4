"""API keys: who may have them, and what they let a program do."""

import pytest

from charter.core.api_keys import operations as api_keys
from charter.core.api_keys.model import (
    ApiKeyInvalid,
    ApiKeyNotFound,
    ApiKeyPatch,
    ApiKeysDisabled,
    ApiKeySubjectNotFound,
    NewApiKey,
)
from charter.core.users import restrictions
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.world import later


async def make(world, who, subject, **fields):
    new = NewApiKey(name="Deploy", subject=subject, **fields)
    return await world.call(who, api_keys.create, new=new)


async def test_a_key_is_found_by_its_secret_until_it_is_revoked(world):
    ann = await world.user("ann")
    made = await make(world, None, ann.id, claims={"plan": "firm"}, scopes=("read",))
    found = await world.call(None, api_keys.verify, secret=made.secret)
    assert (found.id, found.subject, found.claims) == (made.api_key.id, ann.id, {"plan": "firm"})
    assert found.last_used_at is not None
    shown = await world.call(None, api_keys.read_secret, api_key_id=made.api_key.id)
    assert shown.secret == made.secret
    await world.call(None, api_keys.revoke, api_key_id=made.api_key.id, revocation_reason="lost")
    with pytest.raises(ApiKeyInvalid):
        await world.call(None, api_keys.verify, secret=made.secret)
    assert [row["name"] for row in await world.events() if "apiKey" in row["name"]] == [
        "apiKey.created",
        "apiKey.revoked",
    ]


@pytest.mark.security("I1")
async def test_the_secret_is_kept_as_a_digest_and_sealed(world):
    made = await make(world, None, (await world.user("ann")).id)
    (row,) = await world.sql("SELECT * FROM api_keys WHERE id = $1", made.api_key.id)
    assert made.secret not in str(dict(row))
    assert len(made.secret) >= 30


@pytest.mark.security("I2")
async def test_a_key_never_outlives_its_owner_s_rights(world):
    made = await make(world, None, (await world.user("ann")).id)
    await world.call(None, restrictions.ban, user_id="ann")
    with pytest.raises(ApiKeyInvalid):
        await world.call(None, api_keys.verify, secret=made.secret)
    await world.call(None, restrictions.unban, user_id="ann")
    assert await world.call(None, api_keys.verify, secret=made.secret)


async def test_a_key_expires(world):
    made = await make(world, None, (await world.user("ann")).id, seconds_until_expiration=60)
    tomorrow = later(world.platform, days=1)
    with pytest.raises(ApiKeyInvalid):
        await world.call(None, api_keys.verify, platform=tomorrow, secret=made.secret)


async def test_people_have_keys_where_the_instance_lets_them(world):
    ann = await world.user("ann")
    with pytest.raises(ApiKeysDisabled):
        await make(world, "ann", ann.id)
    await world.configure(api_keys={"for_users": True})
    made = await make(world, "ann", ann.id)
    assert made.api_key.created_by == ann.id
    found = await world.call("ann", api_keys.search, subject=ann.id, search=Search())
    assert [key.id for key in found.items] == [made.api_key.id]


@pytest.mark.security("G1")
async def test_keys_of_others_are_out_of_reach(world):
    await world.configure(api_keys={"for_users": True, "for_organizations": True})
    ann, acme = await world.user("ann"), await world.organization(owner="cho")
    await world.user("ben")
    await world.member(acme, "dan")
    made = await make(world, "ann", ann.id)
    of_acme = await make(world, "cho", acme.id)
    with pytest.raises(NotPermitted):
        await make(world, "ben", ann.id)
    with pytest.raises(NotFound):
        await world.call("ben", api_keys.revoke, api_key_id=made.api_key.id)
    with pytest.raises(NotFound):
        await world.call("ben", api_keys.revoke, api_key_id=of_acme.api_key.id)
    with pytest.raises(NotPermitted):
        await world.call("dan", api_keys.revoke, api_key_id=of_acme.api_key.id)


async def test_a_key_is_changed_and_deleted(world):
    ann, acme = await world.user("ann"), await world.organization()
    made = await make(world, None, ann.id)
    patch = ApiKeyPatch(description="for the robot", scopes=("write",), subject=acme.id)
    after = await world.call(None, api_keys.update, api_key_id=made.api_key.id, patch=patch)
    assert (after.description, after.scopes, after.subject) == (
        "for the robot",
        ("write",),
        acme.id,
    )
    await world.call(None, api_keys.delete, api_key_id=made.api_key.id)
    with pytest.raises(ApiKeyNotFound):
        await world.call(None, api_keys.get, api_key_id=made.api_key.id)


async def test_a_subject_that_is_nobody_and_a_name_that_is_none_are_refused(world):
    with pytest.raises(ApiKeySubjectNotFound):
        await make(world, None, "user_" + "0" * 27)
    ann = await world.user("ann")
    new = NewApiKey(name="x", subject=ann.id)
    with pytest.raises(InvalidInput):
        await world.call(None, api_keys.create, new=new)
