"""Arguments for the operations of doors where ownership is no role."""

from charter.core.organizations.registration import NewPerson
from charter.kernel.lists import Search

PERSON = NewPerson(email_address="alone@example.com", password="a long pass phrase of mine")

MAKERS = {
    "organization_users.attach": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast.world.people["stranger"],
        "roles": ("org:viewer",),
    },
    "organization_users.introduce": lambda cast: {
        "organization_id": cast["organization"],
        "email_address": "new@example.com",
        "roles": ("org:viewer",),
    },
    "organization_users.invite_again": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast["user"],
    },
    "organization_users.revise": lambda cast: {
        "organization_id": cast["organization"],
        "user_id": cast["user"],
        "roles": ("org:member", "org:viewer"),
    },
    "users.register": lambda _: {"new": PERSON},
    "users.search_known": lambda _: {"search": Search()},
}

FAILING = {"organization_users.invite_again": "the user is a member already"}
