"""What finding organizations and people, and inviting once more, is tried on."""

from typing import TYPE_CHECKING, Any

from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.core.users import operations as users

if TYPE_CHECKING:
    from tests.cast import Cast

LONG_AGO = "UPDATE grants SET created_at = created_at - interval '1 hour' WHERE subject_id = $1"


async def fill(cast: "Cast") -> None:
    """An invitation of an hour ago, and numbers and names by which others are found."""
    world, acme = cast.world, cast["organization"]
    new = NewOrganizationInvitation("awaited@example.com", "org:viewer", notify=False)
    invited: Any = await world.call(
        None, organization_invitations.create, organization_id=acme, invitation=new
    )
    await world.sql(LONG_AGO, invited.invitation.id)
    named = await world.user("named", username="named_one")
    # A name of its own, that is found in no other instance.
    patch = OrganizationPatch(
        name=f"Acme {world.instance_id}",
        claims_name=True,
        description="Tools",
        contact_address="office@acme.test",
        country="DE",
    )
    found = await world.call(None, organizations.update, organization_id=acme, patch=patch)
    target = await world.call(None, users.get, user_id=cast["user"])
    cast.ids["awaited_invitation"] = invited.invitation.id
    cast.facts |= {
        "organization_name": found.name,
        "organization_number": found.number,
        "user_number": target.number,
        "username": named.username,
    }
