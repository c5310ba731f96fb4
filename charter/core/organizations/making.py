"""What it takes to make an organization: its row, its slug, and whether its creator may."""

import dataclasses
from datetime import datetime
from typing import Any

from charter.core.instances.settings import InstanceSettings
from charter.core.keys.lookup import instance_of
from charter.core.moments import check_kept
from charter.core.organizations import details, naming, queries
from charter.core.organizations.model import (
    MetadataPatch,
    NewOrganization,
    OrganizationCreationNotAllowed,
    OrganizationCreatorNotFound,
    OrganizationLimitReached,
    OrganizationRow,
    OrganizationSlugsDisabled,
    OrganizationsNotEnabled,
    OrganizationStatus,
    SlugTaken,
)
from charter.kernel.actor import ActorKind
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.patch import changed, merge, metadata

MAX_MEMBERSHIPS = 2**31 - 1
TRIES = 8


def new_row(
    ctx: Context, organization: NewOrganization, settings: InstanceSettings
) -> OrganizationRow:
    """The row of a new organization, but for its role set.

    Raises: InvalidInput, OrganizationSlugsDisabled; EmailAddressInvalid.
    """
    claims = organization.claims_name
    name = (naming.claimable if claims else naming.checked_name)(organization.name)
    slug = checked_slug(organization.slug, settings)
    if slug is None and settings.organization_slugs_enabled:
        slug = naming.slug_of(name)
    limit = organization.max_allowed_memberships
    return OrganizationRow(
        id=ctx.new_id("org_"),
        name=name,
        slug=slug,
        parent_id=None,
        status=organization.status or OrganizationStatus.ACTIVE,
        image_key=None,
        created_by=organization.created_by,
        max_allowed_memberships=settings.max_allowed_memberships
        if limit is None
        else checked_limit(limit),
        admin_delete_enabled=True,
        role_set_id="",
        public_metadata=checked_metadata(
            "public_metadata", organization.public_metadata or {}, settings
        ),
        private_metadata=checked_metadata(
            "private_metadata", organization.private_metadata or {}, settings
        ),
        last_active_at=None,
        search_text=naming.search_text(name, slug),
        description=details.checked_description(organization.description),
        contact_address=details.checked_contact_address(organization.contact_address),
        country=details.checked_country(organization.country),
        claimed_name=naming.folded(name) if claims else None,
        is_status_held=organization.status not in (None, OrganizationStatus.ACTIVE),
        paid_until=details.checked_paid_until(organization.paid_until),
        avatar_url=details.checked_avatar_url(organization.avatar_url),
        created_at=ctx.now
        if organization.created_at is None
        else checked_time(ctx, organization.created_at),
        updated_at=ctx.now,
    )


def checked_slug(slug: str | None, settings: InstanceSettings) -> str | None:
    """The slug, if the instance has slugs. Raises: InvalidInput, OrganizationSlugsDisabled."""
    if slug is None:
        return None
    if not settings.organization_slugs_enabled:
        raise OrganizationSlugsDisabled("slug")
    return naming.checked_slug(slug)


def checked_limit(limit: int) -> int:
    """A number of memberships. Raises: InvalidInput."""
    if not 0 <= limit <= MAX_MEMBERSHIPS:
        raise InvalidInput(
            "max_allowed_memberships", reason=f"it must be from 0 to {MAX_MEMBERSHIPS}"
        )
    return limit


def checked_time(ctx: Context, created_at: datetime) -> datetime:
    """A time that has been. Raises: InvalidInput."""
    check_kept(created_at, "created_at")
    if created_at > ctx.now:
        raise InvalidInput("created_at", reason="it must not be in the future")
    return created_at


def checked_metadata(
    parameter: str, value: dict[str, Any], settings: InstanceSettings
) -> dict[str, Any]:
    """Metadata within the instance's limit. Raises: InvalidInput, TooLarge."""
    return metadata(value, parameter=parameter, limit_bytes=settings.max_metadata_bytes)


def merged_metadata(
    before: Any, patch: MetadataPatch, settings: InstanceSettings
) -> dict[str, dict[str, Any]]:
    """Both metadata objects of a row, with what a patch holds merged in (RFC 7396).

    Raises: InvalidInput, TooLarge.
    """
    found = {name: getattr(before, name) for name in ("public_metadata", "private_metadata")}
    for name, value in changed(patch).items():
        merged = merge(found[name], value, parameter=name)
        found[name] = checked_metadata(name, merged, settings)
    return found


async def check_enabled(ctx: Context) -> None:
    """Refuse users where the instance has no organizations. Raises: OrganizationsNotEnabled.

    Call it before any statement.
    """
    settings = (await instance_of(ctx)).settings
    if ctx.actor.kind is ActorKind.USER and not settings.organizations.are_enabled:
        raise OrganizationsNotEnabled


async def check_creator(ctx: Context, user_id: str) -> None:
    """Refuse a creator who does not exist, or who asks for themselves and may not.

    Raises: OrganizationCreatorNotFound, OrganizationCreationNotAllowed, OrganizationLimitReached.
    """
    creator = await ctx.db.one(
        queries.LOCK_CREATOR, missing=OrganizationCreatorNotFound("created_by"), user_id=user_id
    )
    if ctx.actor.kind is not ActorKind.USER:
        return
    if not creator.can_create_organizations:
        raise OrganizationCreationNotAllowed
    limit = creator.organizations_limit
    if limit and await ctx.db.value(queries.COUNT_CREATED, user_id=user_id) >= limit:
        raise OrganizationLimitReached(limit=limit)


async def insert(ctx: Context, row: OrganizationRow, *, can_rename: bool) -> None:
    """Insert an organization; one whose slug was made from its name gets another where it is taken.

    Raises: SlugTaken; OrganizationNameTaken.
    """
    base = row.slug
    for _ in range(TRIES):
        if await queries.insert_organization(ctx.db, row):
            return
        if not can_rename or base is None:
            break
        slug = naming.next_slug(base)
        row = dataclasses.replace(row, slug=slug, search_text=naming.search_text(row.name, slug))
    raise SlugTaken
