"""Arguments for organizations below others, members in full, and invitations named alone."""

from charter.core.memberships.model import NewMembership
from charter.core.organizations.model import NewOrganization
from charter.kernel.lists import Search

MAKERS = {
    "memberships.create_in_full": lambda cast: {
        "organization_id": cast["organization"],
        "membership": NewMembership(cast.world.people["stranger"], "org:viewer"),
    },
    "memberships.get_in_full": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast["user"],
    },
    "memberships.search_in_full": lambda cast: {
        "organization_id": cast["organization"],
        "search": Search(),
    },
    "memberships.set_role_in_full": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast["user"],
        "role": "org:member",
    },
    "organization_invitations.resend_by_id": lambda cast: {
        "invitation_id": cast["awaited_invitation"]
    },
    "organization_invitations.revoke_by_id": lambda cast: {
        "invitation_id": cast["organization_invitation"]
    },
    "organizations.create_below": lambda cast: {
        "organization_id": cast["organization"],
        "organization": NewOrganization("Below"),
    },
    "organizations.search_below": lambda cast: {
        "organization_id": cast["organization"],
        "search": Search(),
    },
}
