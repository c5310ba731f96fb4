"""Domains that organizations name as their own."""

import pytest

from charter.core.organization_domains import operations
from charter.core.organization_domains.model import (
    DomainCommon,
    DomainExists,
    DomainLimitReached,
    DomainNameInvalid,
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
    EnrollmentMode,
    EnrollmentModeNotEnabled,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.core.organization_domains.claimed import added, proven


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
async def globex(world):
    return await world.organization("Globex", owner="gus")


async def test_a_domain_is_kept_in_its_normal_form_and_proves_nothing_yet(world, acme):
    domain = await added(world, acme, "  BÜCHER.Test. ")
    assert domain.name == "xn--bcher-kva.test"
    assert domain.enrollment_mode is EnrollmentMode.MANUAL_INVITATION
    assert not domain.is_verified
    (event,) = await world.events("organizationDomain.created")
    assert (event["subject_id"], event["organization_id"]) == (domain.id, acme.id)


@pytest.mark.parametrize(
    "name", ["", "localhost", "no spaces.test", "ann@acme.test", "-acme.test", "a" * 300]
)
async def test_what_is_no_domain_is_refused(world, acme, name):
    with pytest.raises(DomainNameInvalid):
        await added(world, acme, name)


@pytest.mark.parametrize(
    "name", ["gmail.com", "GMail.COM", "yahoo.co.uk", "outlook.de", "yopmail.com"]
)
async def test_providers_of_mail_for_everybody_are_nobodys(world, acme, name):
    with pytest.raises(DomainCommon):
        await added(world, acme, name)


async def test_an_organization_has_a_domain_once(world, acme):
    await added(world, acme, "acme.test")
    with pytest.raises(DomainExists):
        await added(world, acme, "ACME.test")


@pytest.mark.security("F4")
async def test_what_another_organization_has_proven_cannot_be_named(world, acme, globex):
    await added(world, globex, "acme.test")
    await proven(world, acme)
    third = await world.organization("Third", owner="tim")
    with pytest.raises(DomainTaken):
        await added(world, third, "acme.test")


@pytest.mark.security("G1")
async def test_instances_share_no_domain(world, acme, other_world):
    await proven(world, acme)
    elsewhere = await other_world.organization(owner="ann")
    assert (await proven(other_world, elsewhere)).is_verified


async def test_only_so_many_domains_may_be_named(world, acme):
    await world.configure(organizations={"max_domains": 1})
    await added(world, acme, "acme.test")
    with pytest.raises(DomainLimitReached):
        await added(world, acme, "second.test")


async def test_an_instance_may_have_no_domains(world, acme):
    await world.configure(organizations={"have_domains": False})
    with pytest.raises(DomainsNotEnabled):
        await added(world, acme, "acme.test")


async def test_an_instance_offers_some_ways_to_enroll(world, acme):
    await world.configure(organizations={"domain_enrollment_modes": ["automatic_suggestion"]})
    with pytest.raises(EnrollmentModeNotEnabled):
        await added(world, acme, "acme.test")
    suggesting = EnrollmentMode.AUTOMATIC_SUGGESTION
    domain = await added(world, acme, "acme.test", enrollment_mode=suggesting)
    with pytest.raises(EnrollmentModeNotEnabled):
        await world.call(
            None,
            operations.set_enrollment_mode,
            organization_id=acme.id,
            domain_id=domain.id,
            enrollment_mode=EnrollmentMode.AUTOMATIC_INVITATION,
        )


@pytest.mark.security("G4")
async def test_members_need_the_permission_and_strangers_learn_nothing(world, acme):
    await world.member(acme, "ben")
    await world.user("eve")
    for who, error in (("ben", NotPermitted), ("eve", NotFound)):
        for operation, more in (
            (operations.create, {"name": "acme.test"}),
            (operations.search, {"search": Search()}),
        ):
            with pytest.raises(error):
                await world.call(who, operation, organization_id=acme.id, **more)


async def test_domains_are_listed_by_what_is_proven(world, acme):
    await added(world, acme, "open.test")
    await proven(world, acme)
    found = await world.call("ann", operations.search, organization_id=acme.id, search=Search())
    assert {each.name: each.is_verified for each in found.items} == {
        "open.test": False,
        "acme.test": True,
    }
    with pytest.raises(OrganizationNotFound):
        await world.call(None, operations.search, organization_id="org_x", search=Search())


async def test_a_domain_of_another_organization_is_not_found(world, acme, globex):
    domain = await added(world, globex, "globex.test")
    here = {"organization_id": acme.id, "domain_id": domain.id}
    for operation in (operations.get, operations.delete):
        with pytest.raises(DomainNotFound):
            await world.call("ann", operation, **here)


async def test_a_domain_that_was_given_up_can_be_proven_by_another(world, acme, globex):
    domain = await proven(world, acme)
    here = {"organization_id": acme.id, "domain_id": domain.id}
    gone = await world.call("ann", operations.delete, **here)
    assert gone.id == domain.id
    assert len(await world.events("organizationDomain.deleted")) == 1
    assert (await proven(world, globex)).is_verified


async def test_of_several_each_stands_or_falls_alone(world, acme):
    await added(world, acme, "old.test")
    names = ["one.test", "old.test", "gmail.com", "ONE.test", "nothing"]
    made = await world.call("ann", operations.create_several, organization_id=acme.id, names=names)
    assert [each.name for each in made.done] == ["one.test"]
    assert {each.subject: type(each.error) for each in made.refused} == {
        "old.test": DomainExists,
        "gmail.com": DomainCommon,
        "nothing": DomainNameInvalid,
    }
    for names in ([], [f"d{number}.test" for number in range(11)]):
        with pytest.raises(InvalidInput):
            await world.call("ann", operations.create_several, organization_id=acme.id, names=names)
