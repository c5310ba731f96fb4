"""JWT templates are made, changed and deleted."""

import pytest

from charter.core.jwt_templates import operations
from charter.core.jwt_templates.model import (
    MOST,
    RESERVED,
    JwtTemplateLimitReached,
    JwtTemplateNameTaken,
    JwtTemplateNotFound,
    JwtTemplatePatch,
    NewJwtTemplate,
    TemplateClaimReserved,
    TemplateKeyInvalid,
)
from charter.core.jwt_templates.shortcodes import ShortcodeInvalid
from charter.kernel.errors import InvalidInput, TooLarge
from charter.kernel.lists import Search
from tests.world import all_at_once

SECRET = "a shared secret of the other service, long enough for every hash there is"
CLAIMS = {"role": "{{org.role || 'none'}}"}


async def create(world, name="hasura", **fields):
    new = NewJwtTemplate(name=name, **{"claims": CLAIMS, **fields})
    return await world.call(None, operations.create, new=new)


async def update(world, made, **fields):
    patch = JwtTemplatePatch(**fields)
    return await world.call(None, operations.update, template_id=made.id, patch=patch)


async def sealed(world):
    (row,) = await world.sql(
        "SELECT sealed_signing_key FROM jwt_templates WHERE instance_id = $1", world.instance_id
    )
    return row["sealed_signing_key"]


async def test_a_template_has_usual_settings_where_none_are_given(world):
    made = await create(world)
    assert (made.lifetime_seconds, made.clock_skew_seconds) == (60, 5)
    assert (made.algorithm, made.has_own_key) == ("RS256", False)
    assert await world.call(None, operations.get, template_id=made.id) == made
    found = await world.call(None, operations.search, search=Search())
    assert (found.items, found.total) == ((made,), 1)


async def test_what_is_done_with_a_template_is_announced_without_its_key(world):
    made = await create(world, has_own_key=True, signing_key=SECRET)
    await update(world, made, name="renamed", signing_key=SECRET[::-1])
    await world.call(None, operations.delete, template_id=made.id)
    events = [each for each in await world.events() if "jwtTemplate" in each["name"]]
    names = [each["name"].partition(".")[2] for each in events]
    assert names == ["created", "updated", "deleted"]
    told = repr([dict(each) for each in events])
    assert SECRET not in told
    assert "sealed" not in told
    assert SECRET[::-1] not in told


@pytest.mark.security("D5")
@pytest.mark.parametrize("claim", sorted(RESERVED))
async def test_a_template_cannot_set_what_the_server_says_of_a_token(world, claim):
    with pytest.raises(TemplateClaimReserved):
        await create(world, claims={claim: "x"})
    made = await create(world)
    with pytest.raises(TemplateClaimReserved):
        await update(world, made, claims={claim: "x"})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, InvalidInput),
        ({"name": "a b"}, InvalidInput),
        ({"name": "a/b"}, InvalidInput),
        ({"name": "x" * 65}, InvalidInput),
        ({"name": "é"}, InvalidInput),
        ({"name": "a\n"}, InvalidInput),
        ({"claims": {"a": "{{"}}, ShortcodeInvalid),
        ({"claims": {"a": [{"b": "{{user id}}"}]}}, ShortcodeInvalid),
        ({"claims": {"a": "\0"}}, InvalidInput),
        ({"claims": {"a": "\ud800"}}, InvalidInput),
        ({"claims": {"a": float("nan")}}, InvalidInput),
        ({"claims": {"a": "x" * 8192}}, TooLarge),
        ({"claims": {"aud": 1}}, InvalidInput),
        ({"claims": {"aud": ["a", None]}}, InvalidInput),
        ({"lifetime_seconds": 29}, InvalidInput),
        ({"lifetime_seconds": 315_360_001}, InvalidInput),
        ({"clock_skew_seconds": -1}, InvalidInput),
        ({"clock_skew_seconds": 301}, InvalidInput),
        ({"algorithm": "none"}, InvalidInput),
        ({"algorithm": "HS256"}, InvalidInput),
        ({"algorithm": "RS512"}, InvalidInput),
        ({"signing_key": SECRET}, TemplateKeyInvalid),
        ({"has_own_key": True}, TemplateKeyInvalid),
        ({"has_own_key": True, "signing_key": ""}, TemplateKeyInvalid),
        ({"has_own_key": True, "signing_key": "short"}, TemplateKeyInvalid),
        ({"has_own_key": True, "signing_key": SECRET, "algorithm": "none"}, InvalidInput),
        ({"has_own_key": True, "signing_key": SECRET, "algorithm": "RS256"}, TemplateKeyInvalid),
    ],
)
async def test_a_template_that_could_not_be_used_is_refused(world, fields, error):
    with pytest.raises(error):
        await create(world, **fields)
    made = await create(world)
    with pytest.raises(error):
        await update(world, made, **fields)
    assert await world.call(None, operations.get, template_id=made.id) == made


async def test_deeply_nested_claims_are_refused(world):
    claims = {}
    for _ in range(30):
        claims = {"a": claims}
    with pytest.raises(InvalidInput):
        await create(world, claims=claims)


async def test_the_ends_of_every_range_are_taken(world):
    made = await create(world, lifetime_seconds=30, clock_skew_seconds=0)
    made = await update(world, made, lifetime_seconds=315_360_000, clock_skew_seconds=300)
    assert (made.lifetime_seconds, made.clock_skew_seconds) == (315_360_000, 300)
    made = await update(world, made, lifetime_seconds=None, clock_skew_seconds=None)
    assert (made.lifetime_seconds, made.clock_skew_seconds) == (60, 5)


async def test_what_is_not_changed_stays(world):
    fields = {"lifetime_seconds": 90, "clock_skew_seconds": 9}
    made = await create(world, **fields, has_own_key=True, signing_key=SECRET, algorithm="HS384")
    before = await sealed(world)
    changed = await update(world, made, name="renamed")
    assert (changed.name, changed.claims, changed.algorithm) == ("renamed", CLAIMS, "HS384")
    assert (changed.lifetime_seconds, changed.clock_skew_seconds) == (90, 9)
    assert changed.has_own_key
    assert await sealed(world) == before


async def test_a_key_is_kept_sealed_and_goes_when_the_instance_signs(world):
    made = await create(world, has_own_key=True, signing_key=SECRET)
    assert made.algorithm == "HS256"
    kept = await sealed(world)
    assert SECRET.encode() not in kept
    vault = world.platform.vault
    assert vault.open(kept, f"jwt_template:{made.id}") == SECRET.encode()
    changed = await update(world, made, has_own_key=False)
    assert (changed.algorithm, changed.has_own_key) == ("RS256", False)
    assert await sealed(world) is None
    with pytest.raises(TemplateKeyInvalid):
        await update(world, made, has_own_key=True)


async def test_another_algorithm_needs_a_key_that_fits_it(world):
    made = await create(world, has_own_key=True, signing_key="x" * 48)
    assert (await update(world, made, algorithm="HS384")).algorithm == "HS384"
    for algorithm in ("HS512", "ES256"):
        with pytest.raises(TemplateKeyInvalid):
            await update(world, made, algorithm=algorithm)
    changed = await update(world, made, algorithm="HS512", signing_key=SECRET)
    assert changed.algorithm == "HS512"


async def test_of_many_at_once_one_has_the_name(world):
    results = await all_at_once(*(create(world) for _ in range(6)))
    assert sum(isinstance(result, JwtTemplateNameTaken) for result in results) == 5
    other = await create(world, "other")
    with pytest.raises(JwtTemplateNameTaken):
        await update(world, other, name="hasura")


async def test_only_so_many_are_made_even_at_once(world):
    await world.sql(
        "INSERT INTO jwt_templates (instance_id, id, name, lifetime_seconds, clock_skew_seconds,"
        " algorithm, created_at, updated_at)"
        " SELECT $1, 'jtmp_' || n, n::text, 60, 5, 'RS256', now(), now()"
        " FROM generate_series(1, $2) AS n",
        world.instance_id,
        MOST - 1,
    )
    results = await all_at_once(*(create(world, f"t{number}") for number in range(6)))
    assert sum(isinstance(result, JwtTemplateLimitReached) for result in results) == 5


@pytest.mark.security("G1")
async def test_instances_share_no_template(world, other_world):
    made = await create(other_world)
    for operation in (operations.get, operations.delete):
        with pytest.raises(JwtTemplateNotFound):
            await world.call(None, operation, template_id=made.id)
    with pytest.raises(JwtTemplateNotFound):
        await update(world, made, name="theirs")
    assert (await create(world)).name == made.name


async def test_of_two_changes_at_once_neither_is_lost(world):
    made = await create(world)
    await all_at_once(
        update(world, made, lifetime_seconds=90), update(world, made, clock_skew_seconds=9)
    )
    found = await world.call(None, operations.get, template_id=made.id)
    assert (found.lifetime_seconds, found.clock_skew_seconds) == (90, 9)
