"""Organization tokens: made by people, shown once, never wider than tokens may be."""

import pytest

from charter.core.acting import organization_token_actor
from charter.core.organization_tokens import operations
from charter.core.organization_tokens.model import OrganizationTokenNotFound, TokenEnvironment
from charter.core.organizations import operations as organizations
from charter.core.vocabulary import SYSTEM_PERMISSIONS, TOKEN_PERMISSIONS
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted, Unauthenticated
from charter.kernel.lists import Search
from charter.kernel.secrets import digest, well_formed


@pytest.fixture
async def acme(world):
    for name in ("ann", "ben", "cid"):
        await world.user(name)
    made = await world.organization(owner="ann")
    await world.member(made, "ben", "org:manager")
    await world.member(made, "cid", "org:member")
    return made


@pytest.fixture
def make(world, acme):
    async def made(who="ann", **fields):
        return await world.call(who, operations.create, organization_id=acme.id, **fields)

    return made


@pytest.mark.security("I1")
async def test_a_token_has_a_prefix_a_checksum_and_160_bits(make):
    made = await make(environment=TokenEnvironment.TEST)
    assert made.token.key.startswith("otk_test_")
    assert well_formed("ots_test_", made.secret)
    assert not well_formed("ots_test_", made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B"))
    assert len(made.secret) - len("ots_test_") - 6 >= 27
    assert made.bearer == f"{made.token.key}:{made.secret}"
    assert made.token.last_four == made.secret[-4:]


@pytest.mark.security("I1")
async def test_the_secret_is_kept_as_a_digest_and_sealed(world, make):
    made = await make()
    rows = await world.sql("SELECT * FROM organization_tokens WHERE id = $1", made.token.id)
    assert rows[0]["digest"] == digest(made.secret)
    opened = world.platform.vault.open(
        rows[0]["sealed_secret"], f"organization_token:{made.token.id}"
    )
    assert opened.decode() == made.secret
    for table in ("organization_tokens", "events"):
        found = await world.sql(f"SELECT t::text AS row FROM {table} t")
        assert not any(made.secret in row["row"] for row in found)
    event = (await world.events("organizationToken.created"))[0]
    assert not {"digest", "sealed_secret"} & event["after"].keys()
    assert made.secret not in repr(made)


async def test_a_bearer_acts_for_its_organization(world, acme, make):
    made = await make()
    actor = await organization_token_actor(world.platform, made.bearer)
    assert (actor.instance_id, actor.organization_id) == (world.instance_id, acme.id)
    assert actor.user_id is None
    wrong = made.bearer[:-1] + ("A" if made.bearer[-1] != "A" else "B")
    for bearer in (wrong, f"{made.token.key}:", f":{made.secret}", made.token.key):
        with pytest.raises(Unauthenticated):
            await organization_token_actor(world.platform, bearer)


@pytest.mark.security("I2")
async def test_a_token_holds_what_its_maker_does_and_tokens_may(make):
    owner, manager = await make(), await make("ben")
    assert set(owner.token.permissions) == TOKEN_PERMISSIONS
    assert set(manager.token.permissions) <= set(owner.token.permissions)
    with pytest.raises(NotPermitted):
        await make("cid")


@pytest.mark.security("I2")
async def test_a_token_makes_no_tokens_and_opens_no_other_organization(world, acme, make):
    made = await make()
    actor = await organization_token_actor(world.platform, made.bearer)
    with pytest.raises(NotPermitted):
        await make(actor)
    other = await world.organization(owner="ben")
    with pytest.raises(NotFound):
        await world.call(actor, organizations.get, organization_id=other.id)
    assert await world.call(actor, organizations.get, organization_id=acme.id)


@pytest.mark.security("I2")
async def test_what_no_token_may_do_it_does_not_even_if_its_row_says_so(world, acme, make):
    made = await make()
    await world.sql(
        "UPDATE organization_tokens SET permissions = $2 WHERE id = $1",
        made.token.id,
        sorted(SYSTEM_PERMISSIONS),
    )
    actor = await organization_token_actor(world.platform, made.bearer)
    for operation in (organizations.delete, operations.create):
        with pytest.raises(NotPermitted):
            await world.call(actor, operation, organization_id=acme.id)


async def test_only_people_make_tokens(make):
    with pytest.raises(Unauthenticated):
        await make(None)


@pytest.mark.security("I2")
async def test_a_revoked_token_is_refused_at_once_and_revoking_again_changes_nothing(
    world, acme, make
):
    made = await make()
    arguments = {"organization_id": acme.id, "token_id": made.token.id}
    first = await world.call("ann", operations.revoke, **arguments)
    assert first.revoked_at is not None
    with pytest.raises(Unauthenticated):
        await organization_token_actor(world.platform, made.bearer)
    assert await world.call("ann", operations.revoke, **arguments) == first
    assert len(await world.events("organizationToken.revoked")) == 1


@pytest.mark.security("I2")
async def test_a_token_ends_with_its_organization(world, acme, make):
    made = await make()
    await world.sql("DELETE FROM organizations WHERE id = $1", acme.id)
    with pytest.raises(Unauthenticated):
        await organization_token_actor(world.platform, made.bearer)


async def test_tokens_are_listed_and_revoked_within_their_organization(world, acme, make):
    made = await make(name=" Deploys ")
    unnamed = await make()
    search = Search(limit=10)
    found = await world.call("ann", operations.search, organization_id=acme.id, search=search)
    names = [token.name for token in found.items]
    assert names == [f"Token …{unnamed.token.last_four}", "Deploys"]
    other = await world.organization(owner="ben")
    found = await world.call("ben", operations.search, organization_id=other.id, search=search)
    assert found.items == ()
    with pytest.raises(OrganizationTokenNotFound):
        await world.call("ben", operations.revoke, organization_id=other.id, token_id=made.token.id)


async def test_a_name_has_a_character_and_at_most_256(make):
    for name in ("", "  ", "x" * 257):
        with pytest.raises(InvalidInput):
            await make(name=name)
