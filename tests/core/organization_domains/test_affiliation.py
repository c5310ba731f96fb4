"""Proof of a domain by a code to an address there."""

import pytest

from charter.core.checks.model import (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
)
from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.organization_domains import affiliation
from charter.core.organization_domains.model import AffiliationMismatch, DomainNotFound, DomainTaken
from tests.core.organization_domains.claimed import added, proven
from tests.sent import sent
from tests.world import all_at_once, later

ADDRESS = "office@acme.test"


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
def prepare(world):
    async def prepared(organization, domain, address=ADDRESS, who="ann"):
        return await world.call(
            who,
            affiliation.prepare_affiliation,
            organization_id=organization.id,
            domain_id=domain.id,
            affiliation_email_address=address,
        )

    return prepared


@pytest.fixture
def attempt(world):
    async def attempted(organization, domain, code, who="ann", platform=None):
        return await world.call(
            who,
            affiliation.attempt_affiliation,
            platform=platform,
            organization_id=organization.id,
            domain_id=domain.id,
            code=code,
        )

    return attempted


async def code_to(world, address=ADDRESS):
    return (await sent(world, address))[-1].code


async def test_the_code_that_was_sent_verifies_the_domain(world, acme, prepare, attempt):
    domain = await added(world, acme, "acme.test")
    waiting = await prepare(acme, domain)
    assert waiting.affiliation_email_address == ADDRESS
    assert not waiting.is_verified
    (letter,) = await sent(world, ADDRESS)
    assert "Acme" in letter.text
    done = await attempt(acme, domain, letter.code)
    assert done.is_verified
    assert done.affiliation_check.is_verified
    assert len(await world.events("organizationDomain.updated")) == 2


async def test_an_address_that_the_member_has_proven_needs_no_code(world, acme, prepare):
    domain = await added(world, acme, "acme.test")
    await world.user("ben", email="ben@acme.test")
    await world.member(acme, "ben", "org:admin")
    done = await prepare(acme, domain, "BEN@acme.test", who="ben")
    assert done.is_verified
    assert await sent(world, "BEN@acme.test") == []


@pytest.mark.security("F4")
async def test_somebody_elses_proven_address_needs_a_code(world, acme, prepare):
    domain = await added(world, acme, "acme.test")
    await world.user("eve", email="eve@acme.test")
    assert not (await prepare(acme, domain, "eve@acme.test")).is_verified


@pytest.mark.security("F4")
@pytest.mark.parametrize("address", ["office@evil.test", "office@sub.acme.test"])
async def test_an_address_elsewhere_proves_nothing(world, acme, prepare, address):
    domain = await added(world, acme, "acme.test")
    with pytest.raises(AffiliationMismatch):
        await prepare(acme, domain, address)


async def test_what_is_no_address_is_refused(world, acme, prepare):
    domain = await added(world, acme, "acme.test")
    with pytest.raises(EmailAddressInvalid):
        await prepare(acme, domain, "office")


async def test_a_wrong_code_changes_nothing_and_five_end_it(world, acme, prepare, attempt):
    domain = await added(world, acme, "acme.test")
    await prepare(acme, domain)
    right = await code_to(world)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(CodeIncorrect):
            await attempt(acme, domain, wrong)
    with pytest.raises(CheckFailed):
        await attempt(acme, domain, right)


async def test_a_code_ends_with_its_time(world, acme, prepare, attempt):
    domain = await added(world, acme, "acme.test")
    await prepare(acme, domain)
    late = later(world.platform, minutes=11)
    with pytest.raises(CheckExpired):
        await attempt(acme, domain, await code_to(world), platform=late)


async def test_nothing_can_be_tried_before_a_code_was_sent(world, acme, attempt):
    domain = await added(world, acme, "acme.test")
    with pytest.raises(CheckNotPrepared):
        await attempt(acme, domain, "000000")


async def test_what_is_proven_is_not_proven_again(world, acme, prepare, attempt):
    domain = await proven(world, acme)
    with pytest.raises(CheckDone):
        await prepare(acme, domain)
    with pytest.raises(CheckDone):
        await attempt(acme, domain, "000000")


@pytest.mark.security("F4")
async def test_a_code_for_one_domain_is_worthless_for_another(world, acme, prepare, attempt):
    first, second = await added(world, acme, "acme.test"), await added(world, acme, "big.test")
    await prepare(acme, first)
    code = await code_to(world)
    await prepare(acme, second, "office@big.test")
    other = await code_to(world, "office@big.test")
    if code != other:
        with pytest.raises(CodeIncorrect):
            await attempt(acme, second, code)
    globex = await world.organization("Globex", owner="gus")
    with pytest.raises(DomainNotFound):
        await attempt(globex, first, code, who="gus")


@pytest.mark.security("F4")
async def test_of_two_organizations_that_prove_a_domain_at_once_one_has_it(
    world, acme, prepare, attempt
):
    globex = await world.organization("Globex", owner="gus")
    mine, theirs = await added(world, acme, "acme.test"), await added(world, globex, "acme.test")
    await prepare(acme, mine)
    await prepare(globex, theirs, "gus@acme.test", who="gus")
    codes = await code_to(world), await code_to(world, "gus@acme.test")
    results = await all_at_once(
        attempt(acme, mine, codes[0]), attempt(globex, theirs, codes[1], who="gus")
    )
    assert sum(isinstance(result, DomainTaken) for result in results) == 1
    rows = await world.sql(
        "SELECT 1 FROM organization_domains WHERE instance_id = $1 AND claimed_at IS NOT NULL",
        world.instance_id,
    )
    assert len(rows) == 1


@pytest.mark.security("F4")
async def test_what_another_organization_has_proven_gets_no_code(world, acme, prepare):
    globex = await world.organization("Globex", owner="gus")
    theirs = await added(world, globex, "acme.test")
    await proven(world, acme)
    with pytest.raises(DomainTaken):
        await prepare(globex, theirs, "gus@acme.test", who="gus")


async def test_a_second_address_takes_the_place_of_the_first(world, acme, prepare, attempt):
    domain = await added(world, acme, "acme.test")
    await prepare(acme, domain)
    first = await code_to(world)
    await prepare(acme, domain, "sales@acme.test")
    second = await code_to(world, "sales@acme.test")
    if first != second:
        with pytest.raises(CodeIncorrect):
            await attempt(acme, domain, first)
    assert (await attempt(acme, domain, second)).is_verified
