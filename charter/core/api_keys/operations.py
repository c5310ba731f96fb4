"""What can be done with API keys: by their users, by members, by an app's server."""

from datetime import timedelta
from typing import Any

from charter.core.api_keys import queries
from charter.core.api_keys.model import (
    LONGEST_DESCRIPTION,
    LONGEST_LIFE_SECONDS,
    LONGEST_NAME,
    MOST_SCOPES,
    SECRET_PREFIX,
    ApiKey,
    ApiKeyCreated,
    ApiKeyDeleted,
    ApiKeyInvalid,
    ApiKeyMade,
    ApiKeyNotFound,
    ApiKeyPatch,
    ApiKeyRevoked,
    ApiKeyRow,
    ApiKeysDisabled,
    ApiKeySubjectNotFound,
    ApiKeyUpdated,
    NewApiKey,
    Secret,
)
from charter.core.keys.lookup import instance_of
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import OrganizationNotFound
from charter.core.sessions.recent import refuse_impersonators
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, NotFound, Unauthenticated
from charter.kernel.ids import hex_id
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed
from charter.kernel.secrets import digest, new_secret, well_formed

SHORTEST_NAME = 3
SEALED_AS = "api_key:{id}"


@operation(
    "api_keys.search",
    permission=Permission.TOKENS_READ,
    raises=(ApiKeysDisabled,),
    writes=False,
)
async def search(
    ctx: Context,
    subject: str,
    search: Search,
    *,
    includes_invalid: bool | None = None,
) -> Found[ApiKey]:
    """List the API keys of a user or an organization, newest first.

    includes_invalid: also those that were revoked or have expired.
    Raises: ApiKeysDisabled, to people of an instance without them.
    Source: Clerk BAPI 2025-11-10 and FAPI 2026-05-12, getApiKeys.
    """
    await _decide(ctx, subject)
    listing = queries.EVERY if includes_invalid else queries.HOLDING
    parameters: dict[str, Any] = {} if includes_invalid else {"now": ctx.now}
    return await listing.search(ctx.db, search, subject=subject, **parameters)


@operation(
    "api_keys.create",
    permission=Permission.TOKENS_MANAGE,
    raises=(ApiKeysDisabled, ApiKeySubjectNotFound, UserNotFound),
)
async def create(ctx: Context, new: NewApiKey) -> ApiKeyMade:
    """Make an API key for a user or an organization; it outlasts a session, so no impersonator may.

    Returns: the key with its secret, 160 bits with a checksum, which people see this once.
    Raises: ApiKeySubjectNotFound; UserNotFound, for a `created_by` that is nobody; ApiKeysDisabled,
        to people of an instance without them.
    Announces: ApiKeyCreated.
    Source: Clerk BAPI 2025-11-10 and FAPI 2026-05-12, createApiKey.
    """
    await _decide(ctx, new.subject)
    refuse_impersonators(ctx)
    _check_texts(new.name, new.description, new.scopes)
    user_id, organization_id = await _subject(ctx, new.subject)
    if new.created_by is not None:
        await user_queries.get_user(ctx.db, new.created_by)
    key_id, secret = hex_id(SECRET_PREFIX), new_secret(SECRET_PREFIX, 20)
    row = ApiKeyRow(
        id=key_id,
        type=new.type,
        user_id=user_id,
        organization_id=organization_id,
        name=new.name,
        description=new.description,
        claims=new.claims,
        scopes=list(new.scopes),
        digest=digest(secret),
        sealed_secret=ctx.platform.vault.seal(secret.encode(), SEALED_AS.format(id=key_id)),
        created_by=new.created_by or ctx.actor.user_id,
        expires_at=_expiry(ctx, new.seconds_until_expiration),
        revoked_at=None,
        revocation_reason=None,
        last_used_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, row)
    key = await queries.get_api_key(ctx.db, key_id)
    ctx.announce(ApiKeyCreated(key))
    return ApiKeyMade(key, secret)


@operation(
    "api_keys.get", permission=Permission.TOKENS_READ, raises=(ApiKeyNotFound,), writes=False
)
async def get(ctx: Context, api_key_id: str) -> ApiKey:
    """Read one API key.

    Raises: ApiKeyNotFound.
    Source: Clerk BAPI 2025-11-10, getApiKey.
    """
    return await _found(ctx, api_key_id)


@operation(
    "api_keys.update",
    permission=Permission.TOKENS_MANAGE,
    raises=(ApiKeyNotFound, ApiKeySubjectNotFound),
)
async def update(ctx: Context, api_key_id: str, patch: ApiKeyPatch) -> ApiKey:
    """Change an API key: what it is for, what it may, how long it lasts.

    Raises: ApiKeyNotFound; ApiKeySubjectNotFound, for a new subject that is none.
    Announces: ApiKeyUpdated.
    Source: Clerk BAPI 2025-11-10 and FAPI 2026-05-12, updateApiKey.
    """
    await _found(ctx, api_key_id)
    before = await queries.lock_api_key(ctx.db, api_key_id)
    ctx.expect(before.updated_at)
    given = changed(patch)
    _check_texts(None, given.get("description"), given.get("scopes") or ())
    changes: dict[str, Any] = {
        name: given[name] for name in ("description", "claims") if name in given
    }
    if "scopes" in given:
        changes["scopes"] = given["scopes"] or ()
    if "seconds_until_expiration" in given:
        changes["expires_at"] = _expiry(ctx, given["seconds_until_expiration"])
    if given.get("subject"):
        user_id, organization_id = await _subject(ctx, given["subject"])
        changes |= {"user_id": user_id, "organization_id": organization_id}
    after = await queries.update_api_key(ctx.db, before, ctx.now, **changes)
    ctx.announce(ApiKeyUpdated(after, before=before))
    return after


@operation("api_keys.revoke", permission=Permission.TOKENS_MANAGE, raises=(ApiKeyNotFound,))
async def revoke(ctx: Context, api_key_id: str, revocation_reason: str | None = None) -> ApiKey:
    """End an API key at once. One that was revoked stays as it is.

    Raises: ApiKeyNotFound.
    Announces: ApiKeyRevoked.
    Source: Clerk BAPI 2025-11-10 and FAPI 2026-05-12, revokeApiKey.
    """
    await _found(ctx, api_key_id)
    _check_texts(None, revocation_reason, ())
    before = await queries.lock_api_key(ctx.db, api_key_id)
    ctx.expect(before.updated_at)
    if before.revoked_at is not None:
        return before
    after = await queries.update_api_key(
        ctx.db, before, ctx.now, revoked_at=ctx.now, revocation_reason=revocation_reason
    )
    ctx.announce(ApiKeyRevoked(after, before=before))
    return after


@operation("api_keys.delete", permission=Permission.API_KEYS_MANAGE, raises=(ApiKeyNotFound,))
async def delete(ctx: Context, api_key_id: str) -> ApiKey:
    """Delete an API key, and with it that it ever was.

    Returns: the key as it was.
    Raises: ApiKeyNotFound.
    Announces: ApiKeyDeleted.
    Source: Clerk BAPI 2025-11-10, deleteApiKey.
    """
    await ctx.allow()
    before = await queries.lock_api_key(ctx.db, api_key_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE, api_key_id=api_key_id)
    ctx.announce(ApiKeyDeleted(before))
    return before


@operation(
    "api_keys.read_secret",
    permission=Permission.API_KEYS_MANAGE,
    raises=(ApiKeyNotFound,),
    writes=False,
)
async def read_secret(ctx: Context, api_key_id: str) -> Secret:
    """Show the secret of an API key again, to an app's server alone.

    Raises: ApiKeyNotFound.
    Source: Clerk BAPI 2025-11-10, getApiKeySecret.
    """
    await ctx.allow()
    missing = ApiKeyNotFound("api_key_id")
    kept = await ctx.db.one(queries.SEALED, missing=missing, api_key_id=api_key_id)
    opened = ctx.platform.vault.open(kept.sealed_secret, SEALED_AS.format(id=kept.id))
    return Secret(opened.decode())


@operation("api_keys.verify", permission=Permission.API_KEYS_MANAGE, raises=(ApiKeyInvalid,))
async def verify(ctx: Context, secret: str) -> ApiKey:
    """Find the API key behind a secret that a program showed, and note its use.

    Raises: ApiKeyInvalid, for one that does not hold: unknown, revoked, expired, of a banned user
        or a suspended organization.
    Source: Clerk BAPI 2025-11-10, verifyApiKey.
    """
    await ctx.allow()
    found = None
    if well_formed(SECRET_PREFIX, secret):
        found = await queries.use_api_key(ctx.db, digest(secret), ctx.now)
    if found is None:
        raise ApiKeyInvalid("secret")
    return found


async def _decide(ctx: Context, subject: str) -> None:
    """Let in an app's server, the user that a key is of, and members whose role may.

    Raises: ApiKeysDisabled, to people of an instance without them.
    """
    if subject.startswith("org_"):
        await ctx.allow(subject)
    else:
        await ctx.allow(or_self=subject)
    if not ctx.actor.kind.is_instance_wide:
        settings = (await instance_of(ctx)).settings.api_keys
        is_on = settings.for_organizations if subject.startswith("org_") else settings.for_users
        if not is_on:
            raise ApiKeysDisabled


async def _found(ctx: Context, api_key_id: str) -> ApiKey:
    """The key, read before any transaction, and decided by its subject."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    if ctx.actor.kind.is_instance_wide:
        await ctx.allow()
        return await queries.get_api_key(reading, api_key_id)
    key = await reading.find(queries.API_KEY, api_key_id=api_key_id)
    if key is None or (key.user_id is not None and ctx.actor.user_id != key.user_id):
        # As it is answered to strangers of an organization: whether there is one stays hidden.
        if ctx.actor.user_id is None:
            raise Unauthenticated("user")
        raise NotFound("api_key_id")
    if key.organization_id is not None:
        await ctx.allow(key.organization_id)
    else:
        await ctx.allow(or_self=key.user_id)
    return key


async def _subject(ctx: Context, subject: str) -> tuple[str | None, str | None]:
    """The user or the organization of this id. Raises: ApiKeySubjectNotFound."""
    try:
        if subject.startswith("org_"):
            return None, (await organization_queries.get_organization(ctx.db, subject)).id
        return (await user_queries.get_user(ctx.db, subject)).id, None
    except (OrganizationNotFound, UserNotFound) as missing:
        raise ApiKeySubjectNotFound from missing


def _check_texts(name: str | None, description: str | None, scopes: Any) -> None:
    if name is not None and not SHORTEST_NAME <= len(name.strip()) <= LONGEST_NAME:
        reason = f"it must have {SHORTEST_NAME} to {LONGEST_NAME} characters"
        raise InvalidInput("name", reason=reason)
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        reason = f"it must not exceed {LONGEST_DESCRIPTION} characters"
        raise InvalidInput("description", reason=reason)
    if len(scopes) > MOST_SCOPES or any(len(scope) > LONGEST_NAME for scope in scopes):
        raise InvalidInput("scopes", reason=f"at most {MOST_SCOPES}, each a short text")


def _expiry(ctx: Context, seconds: int | None) -> Any:
    if not seconds:
        return None
    if not 0 < seconds <= LONGEST_LIFE_SECONDS:
        raise InvalidInput("seconds_until_expiration", reason="it must be positive, and sensible")
    return ctx.now + timedelta(seconds=seconds)
