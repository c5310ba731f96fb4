"""What can be done with JWT templates."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

from charter.core.jwt_templates import queries
from charter.core.jwt_templates.model import (
    CLOCK_SKEW_SECONDS,
    LARGEST_SKEW_SECONDS,
    LIFETIME_SECONDS,
    LONGEST_SECONDS,
    MOST,
    RESERVED,
    SHORTEST_SECONDS,
    JwtTemplate,
    JwtTemplateCreated,
    JwtTemplateDeleted,
    JwtTemplateLimitReached,
    JwtTemplateNameTaken,
    JwtTemplateNotFound,
    JwtTemplatePatch,
    JwtTemplateRow,
    JwtTemplateUpdated,
    NewJwtTemplate,
    TemplateClaimReserved,
    TemplateKeyInvalid,
)
from charter.core.jwt_templates.own_keys import algorithm_of, sealed_key
from charter.core.jwt_templates.shortcodes import ShortcodeInvalid, names
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed, metadata

NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")


@operation("jwt_templates.search", permission=Permission.INSTANCE_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[JwtTemplate]:
    """List the JWT templates, newest first.

    Source: Clerk BAPI 2025-11-10, ListJWTTemplates.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "jwt_templates.get",
    permission=Permission.INSTANCE_READ,
    raises=(JwtTemplateNotFound,),
    writes=False,
)
async def get(ctx: Context, template_id: str) -> JwtTemplate:
    """Read a JWT template.

    Raises: JwtTemplateNotFound.
    Source: Clerk BAPI 2025-11-10, GetJWTTemplate.
    """
    await ctx.allow()
    return await queries.get_template(ctx.db, template_id)


@operation(
    "jwt_templates.create",
    permission=Permission.INSTANCE_MANAGE,
    raises=(
        JwtTemplateLimitReached,
        JwtTemplateNameTaken,
        ShortcodeInvalid,
        TemplateClaimReserved,
        TemplateKeyInvalid,
    ),
)
async def create(ctx: Context, new: NewJwtTemplate) -> JwtTemplate:
    """Make a JWT template; sessions have tokens by it from then on.

    Raises: TemplateClaimReserved; ShortcodeInvalid; TemplateKeyInvalid; JwtTemplateNameTaken;
        JwtTemplateLimitReached, from 200 on.
    Announces: JwtTemplateCreated.
    Source: Clerk BAPI 2025-11-10, CreateJWTTemplate.
    """
    await ctx.allow()
    template_id = ctx.new_id("jtmp_")
    has_own_key = bool(new.has_own_key)
    algorithm = algorithm_of(new.algorithm, has_own_key=has_own_key)
    row = JwtTemplateRow(
        id=template_id,
        name=_checked_name(new.name),
        claims=_checked_claims(new.claims),
        lifetime_seconds=_checked_lifetime(new.lifetime_seconds),
        clock_skew_seconds=_checked_skew(new.clock_skew_seconds),
        algorithm=algorithm,
        sealed_signing_key=await sealed_key(
            ctx, template_id, algorithm, new.signing_key, has_own_key=has_own_key
        ),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if await queries.lock_count(ctx.db) >= MOST:
        raise JwtTemplateLimitReached(limit=MOST)
    await ctx.db.insert(queries.INSERT, row)
    ctx.announce(JwtTemplateCreated(row.template))
    return row.template


@operation(
    "jwt_templates.update",
    permission=Permission.INSTANCE_MANAGE,
    raises=(
        JwtTemplateNotFound,
        JwtTemplateNameTaken,
        ShortcodeInvalid,
        TemplateClaimReserved,
        TemplateKeyInvalid,
    ),
)
async def update(ctx: Context, template_id: str, patch: JwtTemplatePatch) -> JwtTemplate:
    """Change a JWT template; tokens that were made by it stay as they are.

    Raises: JwtTemplateNotFound; TemplateClaimReserved; ShortcodeInvalid; TemplateKeyInvalid, when
        a key is missing or does not fit the algorithm; JwtTemplateNameTaken.
    Announces: JwtTemplateUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateJWTTemplate.
    """
    await ctx.allow()
    before = await queries.lock_template(ctx.db, template_id)
    ctx.expect(before.updated_at)
    changes = changed(patch)
    plain = {name: check(changes[name]) for name, check in CHECKS.items() if name in changes}
    signing = await _signing(ctx, before, changes)
    after = dataclasses.replace(before, **plain, **signing, updated_at=ctx.now)
    await queries.update_template(ctx.db, after)
    ctx.announce(JwtTemplateUpdated(after.template, before=before.template))
    return after.template


@operation(
    "jwt_templates.delete",
    permission=Permission.INSTANCE_MANAGE,
    raises=(JwtTemplateNotFound,),
)
async def delete(ctx: Context, template_id: str) -> JwtTemplate:
    """Delete a JWT template; tokens that were made by it stay as they are.

    Returns: it as it was.
    Raises: JwtTemplateNotFound.
    Announces: JwtTemplateDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteJWTTemplate.
    """
    await ctx.allow()
    before = await queries.delete_template(ctx.db, template_id)
    ctx.announce(JwtTemplateDeleted(before=before))
    return before


async def _signing(ctx: Context, before: JwtTemplateRow, changes: dict[str, Any]) -> dict[str, Any]:
    """The algorithm and the key that a template has after a change."""
    had_own_key = before.sealed_signing_key is not None
    has_own_key = bool(changes.get("has_own_key", had_own_key))
    # An algorithm stays as long as whose key it is for does.
    usual = before.algorithm.value if has_own_key is had_own_key else None
    algorithm = algorithm_of(changes.get("algorithm", usual), has_own_key=has_own_key)
    sealed = await sealed_key(
        ctx,
        before.id,
        algorithm,
        changes.get("signing_key"),
        has_own_key=has_own_key,
        before=before,
    )
    return {"algorithm": algorithm, "sealed_signing_key": sealed}


def _checked_name(name: str) -> str:
    if NAME.fullmatch(name) is None:
        reason = "it must be 1 to 64 letters, digits, hyphens or underscores"
        raise InvalidInput("name", reason=reason)
    return name


def _checked_claims(claims: dict[str, Any]) -> dict[str, Any]:
    checked = metadata(claims, parameter="claims")
    for claim in checked:
        if claim in RESERVED:
            raise TemplateClaimReserved(claim=claim)
    audience = checked.get("aud", "")
    audiences = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(each, str) for each in audiences):
        raise InvalidInput("claims", reason="aud must be a text or a list of texts")
    # Read here, so that no token fails on a shortcode later.
    for _ in names(checked):
        pass
    return checked


def _checked_lifetime(seconds: int | None) -> int:
    if seconds is None:
        return LIFETIME_SECONDS
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        reason = f"it must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS}"
        raise InvalidInput("lifetime_seconds", reason=reason)
    return seconds


def _checked_skew(seconds: int | None) -> int:
    if seconds is None:
        return CLOCK_SKEW_SECONDS
    if not 0 <= seconds <= LARGEST_SKEW_SECONDS:
        raise InvalidInput(
            "clock_skew_seconds", reason=f"it must be from 0 to {LARGEST_SKEW_SECONDS}"
        )
    return seconds


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _checked_name,
    "claims": _checked_claims,
    "lifetime_seconds": _checked_lifetime,
    "clock_skew_seconds": _checked_skew,
}
"""What a change of each field goes through."""
