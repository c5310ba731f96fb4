"""Signing in through a provider, in tests of operations: a browser goes there and comes back."""

from typing import Any

from charter.core.external_accounts import callback
from charter.core.external_accounts import operations as external_accounts
from charter.core.external_accounts.model import ExternalAccount, NewExternalAccount
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import IdentityProvider, NewIdentityProvider
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.core.users import operations as users
from charter.core.users.model import User
from charter.kernel.platform import Platform
from tests.flows import Tab
from tests.providing import CLIENT_ID, CLIENT_SECRET, Provider
from tests.world import World

STRATEGY = "oauth_custom_acme"
RETURN_URL = "http://app.test/sso-callback"
NEW = NewExternalAccount(strategy=STRATEGY, redirect_url=RETURN_URL)


async def add(
    world: World, provider: Provider, *, platform: Platform | None = None, **fields: Any
) -> IdentityProvider:
    """Let people of the instance sign in by the provider, which is believed about every address."""
    given: dict[str, Any] = {
        "strategy": STRATEGY,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "issuer": provider.issuer,
        "trusted_domains": ("*",),
        **fields,
    }
    made: IdentityProvider = await world.call(
        None, identity_providers.create, platform=platform, new=NewIdentityProvider(**given)
    )
    return made


async def begin_sign_in(tab: Tab) -> Any:
    """Begin a sign-in at the provider; the sign-in."""
    new = NewSignIn(strategy=STRATEGY, redirect_url=RETURN_URL)
    return (await tab.call(sign_ins.create, new=new)).view.sign_in


async def begin_sign_up(tab: Tab, **fields: Any) -> Any:
    """Begin a sign-up at the provider; the sign-up."""
    given = GivenFields(strategy=STRATEGY, redirect_url=RETURN_URL, **fields)
    return (await tab.call(sign_ups.create, given=given)).view.sign_up


async def come_back(tab: Tab, provider: Provider, check: Any) -> Any:
    """Go where a check sends the browser, say yes there, and come back."""
    return await tab.call(callback.answer, **await provider.visit(check.redirect_url))


async def sign_in(tab: Tab, provider: Provider) -> Any:
    """Sign in by the provider; the sign-in as it is then."""
    begun = await begin_sign_in(tab)
    await come_back(tab, provider, begun.first_check)
    return (await tab.call(sign_ins.get, sign_in_id=begun.id)).sign_in


async def sign_up(tab: Tab, provider: Provider, **fields: Any) -> Any:
    """Sign up by the provider; the sign-up as it is then."""
    begun = await begin_sign_up(tab, **fields)
    await come_back(tab, provider, begun.external_check)
    return (await tab.call(sign_ups.get, sign_up_id=begun.id)).sign_up


async def begin_link(
    world: World, tab: Tab, name: str = "ann", new: NewExternalAccount = NEW
) -> Any:
    """Ask for an account to be linked to a person who signs in on this browser.

    Returns: the person in their session, and the account.
    """
    session_id = await tab.sign_in(name)
    actor = tab.signed_in(name, session_id)
    return actor, await world.call(actor, external_accounts.create, new=new)


async def accounts_of(world: World, name: str = "ann") -> tuple[ExternalAccount, ...]:
    """What a person has elsewhere."""
    user: User = await world.call(None, users.get, user_id=name)
    return user.external_accounts
