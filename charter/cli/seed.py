"""The commands `seed` and `reset`: a demo in the development instance, and an empty one again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from charter.bootstrap import first_instance, opened
from charter.cli import options
from charter.cli.address import at_last_address
from charter.cli.database import database, url_of
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.instances import resetting
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
from charter.kernel.errors import DomainError
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.migrate import require_current, upgrade
from charter.problems import Problem
from charter.settings import Settings

Made = TypeVar("Made")
PEOPLE = (
    ("Ann", "Archer"), ("Ben", "Okafor"), ("Chen", "Wei"), ("Dana", "Levi"), ("Emil", "Novak"),
    ("Fatima", "Haddad"), ("Goran", "Ilic"), ("Hana", "Sato"), ("Ivo", "Marino"), ("June", "Park"),
)  # fmt: skip
COMPANIES = {
    "Northwind": (CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, MEMBER_ROLE, VIEWER_ROLE),
    "Blue Harbor": (CREATOR_ROLE, CREATOR_ROLE, MEMBER_ROLE),
    "Solo Studio": (CREATOR_ROLE,),
}
PASSWORD = "a long walk at dusk"  # noqa: S105  # everybody's, in a demo


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


@click.command("seed")
@options.data_options
def seed_command(config: Path | None, data: Path | None) -> None:
    """Fill the development instance with a lively demo: people, organizations, invitations."""
    with database(_development(config, data)) as settings:
        upgrade(url_of(settings))
        try:
            made = asyncio.run(_with(at_last_address(settings), seed))
        except (EmailAddressTaken, SlugTaken):
            click.echo("The demo is there already; `charter reset` empties the instance.")
            return
        except DomainError as refused:
            raise Problem(
                f"The instance does not take the demo: {refused.sentence()} What was made before "
                "stays; `charter reset` empties the instance."
            ) from refused
    click.echo(f"Made {made}.")


@click.command()
@options.data_options
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(config: Path | None, data: Path | None, *, yes: bool) -> None:
    """Empty the development instance; its keys, settings, roles and audit log stay."""
    with database(_development(config, data)) as settings:
        require_current(url_of(settings))
        if not yes:
            click.confirm("Delete all users, organizations and what belongs to them?", abort=True)
        number = asyncio.run(_with(at_last_address(settings), empty))
    click.echo(f"The development instance is empty; {number} users are gone.")


async def empty(platform: Platform) -> int:
    """Delete what people made in the development instance. Returns: how many users there were."""
    keys = await first_instance(platform)
    actor = Actor(ActorKind.OPERATOR, keys.instance_id)
    found: int = await run(platform, actor, resetting.reset, arguments={})
    return found


def _development(config: Path | None, data: Path | None) -> Settings:
    """The settings of a development server. Raises: Problem, for those of production."""
    settings = options.read(config=config, data=data)
    if not settings.is_development:
        raise Problem("This is for a development server alone; name its folder with --data.")
    return settings


async def _with(settings: Settings, work: Callable[[Platform], Awaitable[Made]]) -> Made:
    async with opened(settings) as platform:
        return await work(platform)
