"""What the names in shortcodes stand for: all that a template can tell, and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.core.images.addresses import image_url
from charter.core.jwt_templates.queries import roles_of_user
from charter.core.memberships.model import Membership
from charter.core.memberships.queries import MEMBER
from charter.core.organizations.model import Organization, OrganizationStatus
from charter.core.sessions.claims import TokenSubject
from charter.core.sessions.model import SessionNotFound
from charter.core.users.model import User
from charter.core.users.queries import USER
from charter.kernel.operation import Context

ORGANIZATIONS = "user.organizations"


@dataclass(frozen=True, slots=True)
class ToldMember:
    """What of a membership names can tell."""

    role_key: str
    permissions: tuple[str, ...]
    public_metadata: dict[str, Any]
    organization: Organization


async def values_of(ctx: Context, subject: TokenSubject, names: Collection[str]) -> dict[str, Any]:
    """What these names stand for in a session; only what they ask for is read.

    names: the first two parts of each, such as `user.id`. Private metadata has no name.
    Raises: SessionNotFound, when its user was deleted at this moment.
    """
    roots = {name.partition(".")[0] for name in names}
    user = roles = member = None
    if "user" in roots:
        user = await ctx.db.one(
            USER, missing=SessionNotFound("session_id"), user_id=subject.user_id
        )
    if ORGANIZATIONS in names:
        roles = await roles_of_user(ctx.db, subject.user_id)
    if subject.organization_id is not None and not roots.isdisjoint({"org", "org_membership"}):
        member = await ctx.db.find(
            MEMBER, organization_id=subject.organization_id, user_id=subject.user_id
        )
    return known(ctx, subject, user, member, roles)


def known(
    ctx: Context,
    subject: TokenSubject,
    user: User | None,
    member: Membership | ToldMember | None,
    roles: Mapping[str, str] | None,
) -> dict[str, Any]:
    """What names stand for, of what was read already.

    member: as whom the user is active; roles: of the user, by organization.
    """
    values: dict[str, Any] = {"session.actor": subject.actor}
    if user is not None:
        values |= _of_user(ctx, user)
    if roles is not None:
        values[ORGANIZATIONS] = roles
    if member is not None and member.organization.status is not OrganizationStatus.CLOSED:
        values |= _of_member(ctx, member)
    return values


def _of_user(ctx: Context, user: User) -> dict[str, Any]:
    email, phone = user.primary_email_address, user.primary_phone_number
    wallet = next((each for each in user.web3_wallets if each.is_primary), None)
    full_name = " ".join(part for part in (user.first_name, user.last_name) if part)
    instance_id = ctx.actor.instance_id
    return {
        "user.id": user.id,
        "user.external_id": user.external_id,
        "user.first_name": user.first_name,
        "user.last_name": user.last_name,
        "user.full_name": full_name or None,
        "user.username": user.username,
        "user.image_url": image_url(ctx.platform, instance_id, "users", user.id, user.image_key),
        "user.has_image": user.image_key is not None,
        "user.created_at": _millis(user.created_at),
        "user.updated_at": _millis(user.updated_at),
        "user.primary_email_address": None if email is None else email.address,
        "user.primary_phone_number": None if phone is None else phone.number,
        "user.primary_web3_wallet": None if wallet is None else wallet.address,
        "user.email_verified": email is not None and email.is_verified,
        "user.phone_number_verified": phone is not None and phone.is_verified,
        "user.two_factor_enabled": user.has_second_factor,
        "user.public_metadata": user.public_metadata,
        "user.unsafe_metadata": user.unsafe_metadata,
    }


def _of_member(ctx: Context, member: Membership | ToldMember) -> dict[str, Any]:
    organization = member.organization
    picture = image_url(
        ctx.platform,
        ctx.actor.instance_id,
        "organizations",
        organization.id,
        organization.image_key,
    )
    return {
        "org.id": organization.id,
        "org.name": organization.name,
        "org.slug": organization.slug,
        "org.role": member.role_key,
        "org.image_url": picture,
        "org.has_image": organization.image_key is not None,
        "org.public_metadata": organization.public_metadata,
        "org_membership.permissions": list(member.permissions),
        "org_membership.public_metadata": member.public_metadata,
        "org_membership.role": member.role_key,
    }


def _millis(moment: datetime) -> int:
    """Milliseconds since 1970, as existing clients count."""
    return int(moment.timestamp() * 1000)
