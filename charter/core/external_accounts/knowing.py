"""Decides who an identity proven elsewhere is here: by issuer and subject, by an address hardly.

An address leads to a user only where both sides have proven it and the provider is believed about
its domain; where one of that is missing, its owner has to prove the account here first.
Source: RFC 9700; OpenID Connect Core 1.0, section 5.7.
"""

from dataclasses import dataclass

from charter.core.email_addresses.normal_form import address_key
from charter.core.external_accounts import queries
from charter.core.external_accounts.model import ExternalAccount
from charter.core.identity_providers.model import IdentityProvider, OutsideIdentity
from charter.core.sign_ins.queries import BY_EMAIL_ADDRESS
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.kernel.operation import Context


@dataclass(frozen=True, slots=True)
class Known:
    """Who an identity is here.

    user: whom it signs in, locked until the transaction ends. account: the one it is kept as, if
    it is. is_refused: whether its address belongs to somebody whom it does not prove to be.
    """

    user: User | None = None
    account: ExternalAccount | None = None
    is_refused: bool = False


async def known(ctx: Context, provider: IdentityProvider, identity: OutsideIdentity) -> Known:
    """Who an identity is here; nobody, if `user` is None and it is not refused."""
    strategy = provider.strategy
    account = await queries.find_holder(ctx.db, strategy, identity.issuer, identity.subject)
    if account is not None:
        user = await user_queries.lock_user(ctx.db, account.user_id)
        if any(each.id == account.id for each in user.external_accounts):
            return Known(user, account)
    if identity.email_address is None:
        return Known()
    key = address_key(identity.email_address)
    holder = await ctx.db.find(BY_EMAIL_ADDRESS, value=key)
    if holder is None:
        return Known()
    user = await user_queries.lock_user(ctx.db, holder.id)
    is_proven_here = any(
        row.address_key == key and row.is_verified and not row.is_reserved
        for row in user.email_addresses
    )
    has_another = any(
        each.provider == strategy and each.is_verified for each in user.external_accounts
    )
    if is_proven_here and not has_another and proves_address(provider, identity):
        return Known(user)
    return Known(is_refused=True)


def proves_address(provider: IdentityProvider, identity: OutsideIdentity) -> bool:
    """Whether a provider's word on an address counts as a proof of it."""
    address = identity.email_address
    return (
        address is not None and identity.is_email_verified and provider.is_believed_about(address)
    )
