"""Proof of a domain by a record that is published there."""

import dataclasses

import pytest

from charter.core.checks.model import CheckDone, CheckNotPrepared
from charter.core.organization_domains import operations, ownership
from charter.core.organization_domains.model import (
    DomainNotFound,
    DomainTaken,
    OwnershipNotVerified,
)
from charter.kernel.errors import InvalidInput, Unavailable
from tests.core.organization_domains.claimed import added, proven
from tests.world import all_at_once, later


class Published(dict[str, tuple[str, ...]]):
    """What the tests say that domains have published; a name that is None does not answer."""

    async def texts(self, name: str) -> tuple[str, ...]:
        found = self.get(name, ())
        if found is None:
            raise Unavailable
        return found


@pytest.fixture
def published():
    return Published()


@pytest.fixture
def seeing(world, published):
    """The platform as it sees what is published."""
    return dataclasses.replace(world.platform, records=published)


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
def call(world, seeing):
    async def called(operation, organization, domain, who="ann", platform=None):
        return await world.call(
            who,
            operation,
            platform=platform or seeing,
            organization_id=organization.id,
            domain_id=domain.id,
        )

    return called


async def test_a_published_record_verifies_the_domain(world, acme, call, published):
    domain = await added(world, acme, "acme.test")
    asked = await call(ownership.prepare_ownership, acme, domain)
    assert asked.record_name == "_charter-verification.acme.test"
    with pytest.raises(OwnershipNotVerified):
        await call(ownership.attempt_ownership, acme, domain)
    published[asked.record_name] = ("v=spf1 -all", asked.record_value)
    done = await call(ownership.attempt_ownership, acme, domain)
    assert done.is_verified
    assert done.ownership_verified_at is not None
    assert done.affiliation_check is None
    with pytest.raises(CheckDone):
        await call(ownership.attempt_ownership, acme, domain)
    with pytest.raises(CheckDone):
        await call(ownership.prepare_ownership, acme, domain)


@pytest.mark.security("F4")
async def test_the_record_of_another_domain_proves_nothing(world, acme, call, published):
    globex = await world.organization("Globex", owner="gus")
    mine, theirs = await added(world, acme, "acme.test"), await added(world, globex, "acme.test")
    asked = await call(ownership.prepare_ownership, globex, theirs, who="gus")
    await call(ownership.prepare_ownership, acme, mine)
    published[asked.record_name] = (asked.record_value,)
    with pytest.raises(OwnershipNotVerified):
        await call(ownership.attempt_ownership, acme, mine)
    done = await call(ownership.attempt_ownership, globex, theirs, who="gus")
    assert done.is_verified


@pytest.mark.security("F4")
async def test_a_new_record_ends_the_one_before(world, acme, call, published):
    domain = await added(world, acme, "acme.test")
    old = await call(ownership.prepare_ownership, acme, domain)
    new = await call(ownership.prepare_ownership, acme, domain)
    published[old.record_name] = (old.record_value,)
    with pytest.raises(OwnershipNotVerified):
        await call(ownership.attempt_ownership, acme, domain)
    published[new.record_name] = (old.record_value, new.record_value)
    assert (await call(ownership.attempt_ownership, acme, domain)).is_verified


async def test_a_record_may_take_its_time_but_not_for_ever(world, acme, call, published, seeing):
    domain = await added(world, acme, "acme.test")
    asked = await call(ownership.prepare_ownership, acme, domain)
    published[asked.record_name] = (asked.record_value,)
    with pytest.raises(OwnershipNotVerified):
        await call(ownership.attempt_ownership, acme, domain, platform=later(seeing, days=31))
    soon = later(seeing, days=29)
    assert (await call(ownership.attempt_ownership, acme, domain, platform=soon)).is_verified


async def test_nothing_is_looked_for_before_it_was_asked_for(world, acme, call):
    domain = await added(world, acme, "acme.test")
    with pytest.raises(CheckNotPrepared):
        await call(ownership.attempt_ownership, acme, domain)


async def test_a_domain_whose_servers_are_away_is_tried_again_later(world, acme, call, published):
    domain = await added(world, acme, "acme.test")
    asked = await call(ownership.prepare_ownership, acme, domain)
    published[asked.record_name] = None
    with pytest.raises(Unavailable):
        await call(ownership.attempt_ownership, acme, domain)


@pytest.mark.security("F4")
async def test_what_another_organization_has_proven_is_not_proven_again(
    world, acme, call, published
):
    globex = await world.organization("Globex", owner="gus")
    theirs = await added(world, globex, "acme.test")
    asked = await call(ownership.prepare_ownership, globex, theirs, who="gus")
    published[asked.record_name] = (asked.record_value,)
    await proven(world, acme)
    with pytest.raises(DomainTaken):
        await call(ownership.attempt_ownership, globex, theirs, who="gus")
    with pytest.raises(DomainTaken):
        await call(ownership.prepare_ownership, globex, theirs, who="gus")


@pytest.mark.security("F4")
async def test_of_two_that_prove_a_domain_at_once_one_has_it(world, acme, call, published):
    globex = await world.organization("Globex", owner="gus")
    mine, theirs = await added(world, acme, "acme.test"), await added(world, globex, "acme.test")
    first = await call(ownership.prepare_ownership, acme, mine)
    second = await call(ownership.prepare_ownership, globex, theirs, who="gus")
    published[first.record_name] = (first.record_value, second.record_value)
    results = await all_at_once(
        call(ownership.attempt_ownership, acme, mine),
        call(ownership.attempt_ownership, globex, theirs, who="gus"),
    )
    assert sum(isinstance(result, DomainTaken) for result in results) == 1


async def test_of_several_each_stands_or_falls_alone(world, acme, published, seeing):
    here = {"organization_id": acme.id}
    done, open_, away = [
        await added(world, acme, name) for name in ("done.test", "open.test", "away.test")
    ]
    ids = [done.id, open_.id, away.id, "orgdmn_x"]
    asked = await world.call("ann", ownership.prepare_ownership_of_several, domain_ids=ids, **here)
    assert [each.subject for each in asked.refused] == ["orgdmn_x"]
    values = {each.domain.name: (each.record_name, each.record_value) for each in asked.done}
    assert values.keys() == {"done.test", "open.test", "away.test"}
    name, value = values["done.test"]
    published[name] = (value,)
    published[values["away.test"][0]] = None
    found = await world.call(
        "ann",
        ownership.attempt_ownership_of_several,
        platform=seeing,
        domain_ids=ids,
        **here,
    )
    assert [each.name for each in found.done] == ["done.test"]
    assert {each.subject: type(each.error) for each in found.refused} == {
        "orgdmn_x": DomainNotFound,
        open_.id: OwnershipNotVerified,
        away.id: Unavailable,
    }
    kept = await world.call("ann", operations.get, domain_id=done.id, **here)
    assert kept.is_verified
    for wrong in ([], [f"orgdmn_{number}" for number in range(11)]):
        with pytest.raises(InvalidInput):
            await world.call(
                "ann", ownership.prepare_ownership_of_several, domain_ids=wrong, **here
            )


async def test_the_value_of_a_record_is_nowhere_in_the_database(world, acme, call):
    domain = await added(world, acme, "acme.test")
    asked = await call(ownership.prepare_ownership, acme, domain)
    secret = asked.record_value.partition("=")[2]
    for table in ("grants", "organization_domains", "events"):
        rows = await world.sql(f"SELECT t::text AS row FROM {table} t")
        assert not any(secret in row["row"] for row in rows)
    assert secret not in repr(asked)
