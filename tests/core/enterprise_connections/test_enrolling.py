"""People of a domain sign in through a connection, or are enrolled by an organization: not both."""

import pytest

from charter.core.enterprise_connections.model import ConnectionDomainEnrolls
from charter.core.organization_domains import operations as organization_domains
from charter.core.organization_domains import overruling
from charter.core.organization_domains.model import DomainSignsIn, EnrollmentMode
from tests.companies import change, connect, described, enroll
from tests.world import all_at_once

INVITING = "automatic_invitation"
BY_HAND = "manual_invitation"


async def test_a_domain_of_an_active_connection_enrolls_nobody(world):
    acme = await world.organization("Acme")
    made = await connect(world, saml=described(), is_active=True)
    with pytest.raises(DomainSignsIn):
        await enroll(world, acme, "acme.test", INVITING)
    domain = await enroll(world, acme, "acme.test", BY_HAND)
    here = {"organization_id": acme.id, "domain_id": domain.id}
    mode = {"enrollment_mode": EnrollmentMode.AUTOMATIC_SUGGESTION}
    for operation in (organization_domains.set_enrollment_mode, overruling.update):
        with pytest.raises(DomainSignsIn):
            await world.call(None, operation, **here, **mode)
    await change(world, made, is_active=False)
    after = await world.call(None, organization_domains.set_enrollment_mode, **here, **mode)
    assert after.enrollment_mode is EnrollmentMode.AUTOMATIC_SUGGESTION


async def test_a_proof_of_a_domain_does_not_begin_to_enroll_either(world):
    acme = await world.organization("Acme")
    await connect(world, saml=described(), is_active=True)
    domain = await world.call(
        None,
        overruling.add,
        organization_id=acme.id,
        name="acme.test",
        enrollment_mode=EnrollmentMode.AUTOMATIC_INVITATION,
        is_verified=False,
    )
    here = {"organization_id": acme.id, "domain_id": domain.id}
    with pytest.raises(DomainSignsIn):
        await world.call(None, overruling.verify_ownership, **here)
    by_hand = {"enrollment_mode": EnrollmentMode.MANUAL_INVITATION}
    after = await world.call(None, overruling.update, **here, **by_hand, is_verified=True)
    assert after.is_verified


async def test_of_a_connection_and_an_organization_at_once_one_has_the_people(world):
    for number in range(4):
        acme, name = await world.organization(f"Acme {number}"), f"a{number}.test"
        done = await all_at_once(
            connect(world, name, saml=described(), is_active=True),
            enroll(world, acme, name, INVITING),
        )
        refused = [type(each) for each in done if isinstance(each, Exception)]
        assert refused in ([ConnectionDomainEnrolls], [DomainSignsIn])
