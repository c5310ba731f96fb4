"""Fills the development instance of a data folder with a demo, through the operations."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from charter.bootstrap import first_instance, opened
from charter.cli import options
from charter.cli.address import at_last_address
from charter.cli.database import database, url_of
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import NewMembership
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import NewOrganization, SlugTaken
from charter.core.users import operations as users
from charter.core.users.model import NewUser
from charter.core.vocabulary import CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, VIEWER_ROLE
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.migrate import upgrade
from charter.settings import Settings

PEOPLE = (
    ("Ann", "Archer"), ("Ben", "Okafor"), ("Chen", "Wei"), ("Dana", "Levi"), ("Emil", "Novak"),
    ("Fatima", "Haddad"), ("Goran", "Ilic"), ("Hana", "Sato"), ("Ivo", "Marino"), ("June", "Park"),
)  # fmt: skip
COMPANIES = {
    "Northwind": (CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, MEMBER_ROLE, VIEWER_ROLE),
    "Blue Harbor": (CREATOR_ROLE, CREATOR_ROLE, MEMBER_ROLE),
    "Solo Studio": (CREATOR_ROLE,),
}
PASSWORD = "a long walk at dusk"


async def seed(platform: Platform) -> str:
    """Make people, organizations and open invitations. Returns: what there is now."""
    keys = await first_instance(platform)
    actor = Actor(ActorKind.OPERATOR, keys.instance_id)

    async def call(operation: Operation[..., Any], **arguments: Any) -> Any:
        return await run(platform, actor, operation, arguments=arguments)

    made = [
        await call(
            users.create,
            new=NewUser(
                first_name=first,
                last_name=last,
                email_addresses=[f"{first}.{last}@example.com".lower()],
                password=PASSWORD,
                public_metadata={"plan": "demo"},
            ),
        )
        for first, last in PEOPLE
    ]
    start = 0
    for name, roles in COMPANIES.items():
        owner, *others = made[start : start + len(roles)]
        company = await call(
            organizations.create, organization=NewOrganization(name=name, created_by=owner.id)
        )
        for user, role in zip(others, roles[1:], strict=True):
            await call(
                memberships.create,
                organization_id=company.id,
                membership=NewMembership(user_id=user.id, role=role),
            )
        await call(
            invitations.create,
            organization_id=company.id,
            invitation=NewOrganizationInvitation(
                email_address=f"new@{company.slug}.example", role=MEMBER_ROLE
            ),
        )
        start += len(roles)
    return f"{len(made)} users (password: {PASSWORD!r}), {len(COMPANIES)} organizations"


async def fill(settings: Settings) -> str:
    """Seed the database of settings."""
    async with opened(settings) as platform:
        return await seed(platform)


def main() -> int:
    """Seed, or say that it has been done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="the data folder [.charter]")
    with database(options.read(config=None, data=parser.parse_args().data)) as settings:
        upgrade(url_of(settings))
        try:
            print("Made", asyncio.run(fill(at_last_address(settings))))
        except (EmailAddressTaken, SlugTaken):
            print("The demo is there already.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
