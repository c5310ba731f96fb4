"""Domains that are proven already, for tests of what follows from that."""

from typing import Any

from charter.core.organization_domains import affiliation, operations
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organizations.model import Organization
from tests.sent import sent
from tests.world import World


async def added(world: World, organization: Organization, name: str, **more: Any) -> Any:
    """A domain that an organization has named as its own."""
    return await world.call(
        None, operations.create, organization_id=organization.id, name=name, **more
    )


async def proven(
    world: World,
    organization: Organization,
    name: str = "acme.test",
    mode: EnrollmentMode = EnrollmentMode.MANUAL_INVITATION,
) -> Any:
    """A domain that an organization has proven by a code."""
    domain = await added(world, organization, name, enrollment_mode=mode)
    here = {"organization_id": organization.id, "domain_id": domain.id}
    address = f"office@{name}"
    await world.call(
        None, affiliation.prepare_affiliation, affiliation_email_address=address, **here
    )
    code = (await sent(world, address))[-1].code
    return await world.call(None, affiliation.attempt_affiliation, code=code, **here)
