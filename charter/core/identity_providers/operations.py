"""What can be done with identity providers: by operators, from the command line."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from charter.core.identity_providers import queries
from charter.core.identity_providers.description import CLAIMS
from charter.core.identity_providers.model import (
    CUSTOM,
    PREFIX,
    DiscoveryFailed,
    IdentityProvider,
    IdentityProviderCreated,
    IdentityProviderDeleted,
    IdentityProviderExists,
    IdentityProviderNotFound,
    IdentityProviderPatch,
    IdentityProviderRow,
    IdentityProviderUnknown,
    IdentityProviderUpdated,
    NewIdentityProvider,
)
from charter.core.identity_providers.presets import PRESETS
from charter.core.identity_providers.speaking import seal_context
from charter.core.instances.model import Instance
from charter.core.instances.origins import address_elsewhere
from charter.core.instances.reaching import may_be_private
from charter.core.keys.lookup import instance_of
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, MissingInput, Unavailable
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed

_SLUG = re.compile(r"[a-z0-9_]{1,48}")
_DOMAIN = re.compile(r"\*|[a-z0-9-]+(\.[a-z0-9-]+)+")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,256}")
"""Source: RFC 6749, section 3.3."""
MAX_LENGTH = 512
ADDRESSES = ("authorize_url", "token_url", "userinfo_url", "jwks_url")


@operation(
    "identity_providers.search", permission=Permission.IDENTITY_PROVIDERS_MANAGE, writes=False
)
async def search(ctx: Context) -> tuple[IdentityProvider, ...]:
    """List the providers of the instance, by strategy."""
    await ctx.allow()
    return await queries.search_providers(ctx.db)


@operation(
    "identity_providers.create",
    permission=Permission.IDENTITY_PROVIDERS_MANAGE,
    raises=(IdentityProviderExists, IdentityProviderUnknown, DiscoveryFailed),
)
async def create(ctx: Context, new: NewIdentityProvider) -> IdentityProvider:
    """Add a provider; people may use it at once unless it is added disabled.

    A custom one with an issuer alone is asked for its document now, not at each sign-in.
    Raises: IdentityProviderUnknown; DiscoveryFailed; IdentityProviderExists.
    Announces: IdentityProviderCreated.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    preset = PRESETS.get(new.strategy.removeprefix(PREFIX))
    is_custom = _SLUG.fullmatch(new.strategy.removeprefix(CUSTOM)) is not None
    if not new.strategy.startswith(PREFIX if preset else CUSTOM) or not (preset or is_custom):
        raise IdentityProviderUnknown("strategy", known=", ".join(PRESETS))
    where = {} if preset else await _where(ctx, instance, new)
    provider_id = ctx.new_id("idp_")
    row = IdentityProviderRow(
        id=provider_id,
        strategy=new.strategy,
        name=_text("name", new.name or (preset.name if preset else new.strategy)),
        client_id=_text("client_id", new.client_id),
        scopes=_scopes(new.scopes),
        is_enabled=new.is_enabled,
        issuer=where.get("issuer"),
        authorize_url=where.get("authorize_url"),
        token_url=where.get("token_url"),
        userinfo_url=where.get("userinfo_url"),
        jwks_url=where.get("jwks_url"),
        claims=_claims(new.claims),
        trusted_domains=_domains(new.trusted_domains),
        created_at=ctx.now,
        updated_at=ctx.now,
        sealed_secret=_sealed(ctx, provider_id, new.client_secret),
    )
    await queries.insert_provider(ctx.db, row)
    made = await queries.get_provider(ctx.db, row.strategy)
    ctx.announce(IdentityProviderCreated(made))
    return made


@operation(
    "identity_providers.update",
    permission=Permission.IDENTITY_PROVIDERS_MANAGE,
    raises=(IdentityProviderNotFound,),
)
async def update(ctx: Context, strategy: str, patch: IdentityProviderPatch) -> IdentityProvider:
    """Change a provider; flows that wait for one that is turned off end.

    Raises: IdentityProviderNotFound.
    Announces: IdentityProviderUpdated.
    """
    await ctx.allow()
    before = await queries.lock_provider(ctx.db, strategy)
    ctx.expect(before.updated_at)
    values: dict[str, Any] = dict(changed(patch))
    for name in ("name", "client_id"):
        if name in values:
            values[name] = _text(name, values[name])
    for name, check in (("scopes", _scopes), ("claims", _claims), ("trusted_domains", _domains)):
        if name in values:
            values[name] = check(values[name])
    if "client_secret" in values:
        values["sealed_secret"] = _sealed(ctx, before.id, values.pop("client_secret"))
    await queries.update_provider(ctx.db, replace(before, **values, updated_at=ctx.now))
    after = await queries.get_provider(ctx.db, strategy)
    ctx.announce(IdentityProviderUpdated(after, before=before))
    return after


@operation(
    "identity_providers.delete",
    permission=Permission.IDENTITY_PROVIDERS_MANAGE,
    raises=(IdentityProviderNotFound,),
)
async def delete(ctx: Context, strategy: str) -> IdentityProvider:
    """Take a provider away; whom it let in stays, and signs in by other means.

    Returns: the provider as it was.
    Raises: IdentityProviderNotFound.
    Announces: IdentityProviderDeleted.
    """
    await ctx.allow()
    gone = await queries.delete_provider(ctx.db, strategy)
    ctx.announce(IdentityProviderDeleted(before=gone))
    return gone


async def _where(ctx: Context, instance: Instance, new: NewIdentityProvider) -> dict[str, Any]:
    """Where a custom provider answers; asked for outside any transaction."""
    given: dict[str, Any] = {
        name: address_elsewhere(instance, name, url)
        for name in ADDRESSES
        if (url := getattr(new, name)) is not None
    }
    if new.issuer is not None:
        given["issuer"] = address_elsewhere(instance, "issuer", new.issuer, is_kept=True)
    if not {"authorize_url", "token_url"} <= given.keys():
        if new.issuer is None:
            raise MissingInput("issuer", reason="it is required without the addresses")
        if ctx.platform.identity is None:
            raise Unavailable
        found = await ctx.platform.identity.discover(
            new.issuer, may_be_private=may_be_private(ctx.platform, instance)
        )
        for name in ADDRESSES:
            url = getattr(found, name)
            if url is not None and name not in given:
                given[name] = address_elsewhere(instance, name, url)
        given["issuer"] = found.issuer
    if "userinfo_url" not in given and not {"jwks_url", "issuer"} <= given.keys():
        raise MissingInput("userinfo_url", reason="nothing else says who somebody is")
    return given


def _text(name: str, given: str) -> str:
    text = given.strip()
    if not 1 <= len(text) <= MAX_LENGTH or not text.isprintable():
        raise InvalidInput(name, reason=f"it must have 1 to {MAX_LENGTH} characters")
    return text


def _sealed(ctx: Context, provider_id: str, secret: str) -> bytes:
    if not 1 <= len(secret) <= 4096:
        raise InvalidInput("client_secret", reason="it must have 1 to 4096 characters")
    return ctx.platform.vault.seal(secret.encode(), seal_context(provider_id))


def _scopes(given: Iterable[str]) -> tuple[str, ...]:
    scopes = tuple(given)
    if len(scopes) > 50 or not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise InvalidInput("scopes", reason="each must be a scope of RFC 6749")
    return scopes


def _claims(given: Any) -> dict[str, str]:
    if not given.keys() <= CLAIMS.keys() or not all(isinstance(v, str) for v in given.values()):
        raise InvalidInput("claims", reason=f"it may say where {', '.join(CLAIMS)} are")
    return dict(given)


def _domains(given: Iterable[str]) -> tuple[str, ...]:
    domains = tuple(domain.lower() for domain in given)
    if not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise InvalidInput("trusted_domains", reason="each must be a domain, or *")
    return domains
