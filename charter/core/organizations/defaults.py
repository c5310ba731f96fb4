"""What an organization that a user is about to make could be called."""

import contextlib
from dataclasses import dataclass

from charter.core.email_addresses.model import EmailAddress
from charter.core.keys.lookup import instance_of
from charter.core.organization_domains.normal_form import domain_of, is_common
from charter.core.organization_domains.queries import find_claimant
from charter.core.organizations.naming import slug_of
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import get_user
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Labels below a country that are no name of anybody."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What to fill in for a user.

    domain: that of their company, if they have one; taken_by: the name of the organization that
    has proven that it is theirs.
    """

    name: str | None
    slug: str | None
    domain: str | None
    taken_by: str | None


@operation(
    "organizations.creation_defaults",
    permission=Permission.SELF,
    raises=(UserNotFound,),
    writes=False,
)
async def creation_defaults(ctx: Context) -> Defaults:
    """Suggest a name for the acting user's next organization: their company's, or their own.

    Source: Clerk FAPI 2026-05-12, getOrganizationCreationDefaults.
    """
    await ctx.allow()
    has_slugs = (await instance_of(ctx)).settings.organization_slugs_enabled
    user = await get_user(ctx.db, ctx.user_id)
    domain = _domain(user)
    if domain is None:
        name = f"{user.first_name}'s organization" if user.first_name else None
    else:
        name = company_of(domain)
    return Defaults(
        name=name,
        slug=slug_of(name) if name and has_slugs else None,
        domain=domain,
        taken_by=None if domain is None else await find_claimant(ctx.db, domain),
    )


def company_of(domain: str) -> str:
    """What the holders of a domain may be called: the label that they chose, in plain letters."""
    labels = domain.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL:
        labels.pop()
    label = labels[-1]
    with contextlib.suppress(UnicodeError):  # a label that the standard has given up
        label = label.encode("ascii").decode("idna")
    return " ".join(word[:1].upper() + word[1:] for word in label.split("-") if word)


def _domain(user: User) -> str | None:
    """The domain of a verified address that is not everybody's, the primary one's first."""
    held: list[EmailAddress] = sorted(user.email_addresses, key=lambda row: not row.is_primary)
    domains = (domain_of(row.address_key) for row in held if row.is_verified)
    return next((domain for domain in domains if not is_common(domain)), None)
