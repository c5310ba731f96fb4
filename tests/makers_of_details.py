"""Arguments for finding organizations and people, for registering, and for inviting once more."""

from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations.registration import NewRegistration
from charter.kernel.lists import Search

REGISTRATION = NewRegistration(
    email_address="founder@example.com",
    password="a long pass phrase of mine",
    organization_name="Founded",
)
INTRODUCED = NewOrganizationInvitation("introduced@example.com", "org:viewer", notify=False)

MAKERS = {
    "organization_invitations.get_of_member_to_be": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast.world.people["stranger"],
    },
    "organization_invitations.introduce": lambda cast: {
        "organization_id": cast["organization"],
        "invitation": INTRODUCED,
        "first_name": "Ida",
    },
    "organization_invitations.resend": lambda cast: {
        "organization_id": cast["organization"],
        "invitation_id": cast["awaited_invitation"],
    },
    "organizations.find_by_name": lambda cast: {"name": cast.facts["organization_name"]},
    "organizations.prove_registered": lambda cast: {
        "email_address_id": cast["email_address"],
        "verification_id": "gra_x",
        "code": "000000",
    },
    "organizations.register": lambda _: {"new": REGISTRATION},
    "organizations.register_for": lambda _: {"new": REGISTRATION},
    "organizations.search_own": lambda _: {"search": Search()},
    "users.get_known": lambda cast: {"user_id": cast["user"]},
}

FAILING = {"organizations.prove_registered": "the code is known to the address alone"}
