"""What an app's server says of domains without any proof."""

import pytest

from charter.core.later import HANDLERS
from charter.core.organization_domains import affiliation, operations, overruling, ownership
from charter.core.organization_domains.model import (
    OVERRIDE,
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
from charter.core.organization_invitations import operations as invitations
from charter.core.organizations.model import OrganizationNotFound
from charter.core.suggestions import operations as suggestions
from charter.kernel.errors import InvalidInput, NotPermitted
from charter.kernel.lists import Search
from charter.worker import once
from tests.core.organization_domains.claimed import added, proven
from tests.world import all_at_once

INVITING = EnrollmentMode.AUTOMATIC_INVITATION
SUGGESTING = EnrollmentMode.AUTOMATIC_SUGGESTION


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
async def globex(world):
    return await world.organization("Globex", owner="gus")


async def add(world, organization, name="acme.test", **more):
    here = {"organization_id": organization.id, "name": name}
    return await world.call(None, overruling.add, **here, **more)


async def of(world, operation, domain, **more):
    here = {"organization_id": domain.organization_id, "domain_id": domain.id}
    return await world.call(None, operation, **here, **more)


async def suggested(world, who):
    return list((await world.call(who, suggestions.search_own, search=Search())).items)


async def invited(world, who):
    search = {"user_id": who, "search": Search(), "status": ()}
    return list((await world.call(who, invitations.search_of_user, **search)).items)


async def work(world):
    while await once(world.platform, HANDLERS):
        pass


async def test_a_domain_is_the_organizations_without_proof_unless_the_server_wants_one(world, acme):
    given = await add(world, acme)
    assert given.is_verified
    assert given.affiliation_check.strategy == OVERRIDE
    assert given.affiliation_check.is_verified
    waiting = await add(world, acme, "second.test", is_verified=False)
    assert not waiting.is_verified
    assert waiting.affiliation_check is None
    assert len(await world.events("organizationDomain.created")) == 2
    assert not await world.events("organizationDomain.updated")


async def test_the_people_of_a_given_domain_are_enrolled(world, acme):
    await world.user("ben", email="ben@acme.test")
    await add(world, acme, enrollment_mode=SUGGESTING)
    await work(world)
    assert [each.organization.id for each in await suggested(world, "ben")] == [acme.id]


@pytest.mark.parametrize(
    ("name", "error"), [("no domain", DomainNameInvalid), ("gmail.com", DomainCommon)]
)
async def test_a_server_names_no_domain_that_nobody_may(world, acme, name, error):
    with pytest.raises(error):
        await add(world, acme, name)


async def test_a_given_domain_keeps_to_the_settings(world, acme):
    with pytest.raises(EnrollmentModeNotEnabled):
        await add(world, acme, enrollment_mode=EnrollmentMode.ENTERPRISE_SSO)
    with pytest.raises(OrganizationNotFound):
        await world.call(None, overruling.add, organization_id="org_x", name="acme.test")
    domain = await add(world, acme)
    with pytest.raises(DomainExists):
        await add(world, acme, "ACME.test")
    mode = EnrollmentMode.ENTERPRISE_SSO
    with pytest.raises(EnrollmentModeNotEnabled):
        await of(world, overruling.update, domain, enrollment_mode=mode)
    await world.configure(organizations={"max_domains": 1})
    with pytest.raises(DomainLimitReached):
        await add(world, acme, "second.test")
    await world.configure(organizations={"have_domains": False})
    for operation in (overruling.update, overruling.verify_ownership):
        with pytest.raises(DomainsNotEnabled):
            await of(world, operation, domain)
    with pytest.raises(DomainsNotEnabled):
        await add(world, acme, "second.test")


@pytest.mark.security("F4")
async def test_of_many_organizations_at_once_one_is_given_the_domain(world):
    several = [await world.organization(f"Org {n}", owner="ann") for n in range(6)]
    results = await all_at_once(*(add(world, each) for each in several))
    assert sum(isinstance(result, DomainTaken) for result in results) == 5
    rows = await world.sql(
        "SELECT 1 FROM organization_domains WHERE instance_id = $1", world.instance_id
    )
    assert len(rows) == 1


@pytest.mark.security("F4")
@pytest.mark.parametrize("operation", [overruling.update, overruling.verify_ownership])
async def test_what_is_anothers_is_not_vouched_for(world, acme, globex, operation):
    named = await added(world, globex, "acme.test")
    await add(world, acme)
    more = {"is_verified": True} if operation is overruling.update else {}
    with pytest.raises(DomainTaken):
        await of(world, operation, named, **more)


async def test_of_two_that_are_vouched_for_at_once_one_wins(world, acme, globex):
    domains = [await added(world, each, "acme.test") for each in (acme, globex)]
    results = await all_at_once(
        of(world, overruling.update, domains[0], is_verified=True),
        of(world, overruling.verify_ownership, domains[1]),
    )
    assert sum(isinstance(result, DomainTaken) for result in results) == 1


async def test_a_domain_that_is_vouched_for_enrolls_as_it_is_told(world, acme):
    await world.user("ben", email="ben@acme.test")
    domain = await added(world, acme, "acme.test")
    changed = await of(
        world, overruling.update, domain, enrollment_mode=SUGGESTING, is_verified=True
    )
    assert (changed.is_verified, changed.enrollment_mode) == (True, SUGGESTING)
    assert len(await world.events("organizationDomain.updated")) == 1
    await work(world)
    assert await suggested(world, "ben")


async def test_a_change_of_nothing_changes_nothing(world, acme):
    domain = await proven(world, acme)
    before = len(await world.events("organizationDomain.updated"))
    for nothing in ({}, {"is_verified": True}):
        assert await of(world, overruling.update, domain, **nothing) == domain
    assert len(await world.events("organizationDomain.updated")) == before


async def test_a_domain_that_is_no_longer_vouched_for_offers_nothing(world, acme, globex):
    domain = await add(world, acme, enrollment_mode=INVITING)
    await of(world, overruling.verify_ownership, domain)
    await world.user("ben", email="ben@acme.test")
    assert await invited(world, "ben")
    doubted = await of(world, overruling.update, domain, is_verified=False)
    assert not doubted.is_verified
    assert (doubted.affiliation_check, doubted.ownership_check) == (None, None)
    assert doubted.enrollment_mode is INVITING
    assert [each.status for each in await invited(world, "ben")] == ["revoked"]
    assert len(await world.events("organizationInvitation.revoked")) == 1
    await world.user("cid", email="cid@acme.test")
    assert not await invited(world, "cid")
    assert (await add(world, globex)).is_verified


async def test_doubt_leaves_a_proof_that_is_under_way(world, acme):
    domain = await proven(world, acme)
    await of(world, ownership.prepare_ownership, domain)
    doubted = await of(world, overruling.update, domain, is_verified=False)
    assert doubted.affiliation_email_address is None
    assert not doubted.ownership_check.is_verified


async def test_ownership_is_vouched_for_once(world, acme):
    domain = await added(world, acme, "acme.test")
    await of(world, ownership.prepare_ownership, domain)
    owned = await of(world, overruling.verify_ownership, domain)
    assert owned.is_verified
    assert owned.ownership_check.strategy == OVERRIDE
    assert owned.ownership_verified_at is not None
    before = len(await world.events("organizationDomain.updated"))
    assert await of(world, overruling.verify_ownership, domain) == owned
    assert len(await world.events("organizationDomain.updated")) == before
    (grant,) = await world.sql(
        "SELECT revoked_at FROM grants WHERE instance_id = $1 AND subject_id = $2",
        world.instance_id,
        domain.id,
    )
    assert grant["revoked_at"] is not None


async def test_what_is_vouched_for_needs_no_code_any_more(world, acme):
    domain = await add(world, acme)
    with pytest.raises(affiliation.CheckDone):
        await of(
            world,
            affiliation.prepare_affiliation,
            domain,
            affiliation_email_address="office@acme.test",
        )


@pytest.mark.security("G4")
async def test_members_vouch_for_nothing(world, acme):
    domain = await added(world, acme, "acme.test")
    here = {"organization_id": acme.id, "domain_id": domain.id}
    for operation, arguments in (
        (overruling.add, {"organization_id": acme.id, "name": "second.test"}),
        (overruling.update, {**here, "is_verified": True}),
        (overruling.verify_ownership, here),
        (overruling.search_all, {"search": Search()}),
    ):
        with pytest.raises(NotPermitted):
            await world.call("ann", operation, **arguments)


async def test_a_domain_of_another_organization_is_not_found(world, acme, globex):
    domain = await add(world, globex)
    here = {"organization_id": acme.id, "domain_id": domain.id}
    for operation in (overruling.update, overruling.verify_ownership, operations.delete):
        with pytest.raises(DomainNotFound):
            await world.call(None, operation, **here)


async def test_the_domains_of_all_organizations_are_searched(world, acme, globex, other_world):
    await add(world, acme)
    await add(world, globex, "globex.test")
    await add(other_world, await other_world.organization(owner="ann"), "other.test")

    async def found(**more):
        page = await world.call(None, overruling.search_all, search=Search(), **more)
        return [each.name for each in page.items]

    assert await found() == ["globex.test", "acme.test"]
    assert await found(query="LOBE") == ["globex.test"]
    assert await found(query=acme.id) == ["acme.test"]
    assert await found(query="org_") == []
    with pytest.raises(InvalidInput):
        await found(query=" ")
