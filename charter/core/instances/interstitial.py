"""What a page needs to know that finds out, in a browser, who is signed in for an app's server.

Older clients fetch such a page and answer with it on the app's own address; it loads the browser's
client, which leaves its cookies there, and asks for the same address again.
"""

import re
from dataclasses import dataclass

from charter.core.grants.links import ReturnUrlNotAllowed, checked_site_url
from charter.core.instances.model import Instance, Satellite
from charter.core.instances.origins import frontend_base
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import publishable_key as key_of
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError, Kind
from charter.kernel.operation import Context, operation

SCRIPT = "/npm/@clerk/clerk-js@latest/dist/clerk.browser.js"
"""`latest` is the newest of the pinned copies that this server hands out."""
_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~/-]*")


@dataclass(frozen=True, slots=True)
class Interstitial:
    """The settings of the page. proxy_url: where the browser's client reaches the Frontend API."""

    publishable_key: str
    script_url: str
    proxy_url: str | None
    domain: str | None
    sign_in_url: str | None


class InterstitialInvalid(DomainError):
    """A parameter is missing, or names what is not the instance's own."""

    kind, code = Kind.INVALID, "interstitial_invalid"
    message = "{parameter} {reason}."


@operation(
    "instances.show_interstitial",
    permission=Permission.PUBLIC,
    raises=(InterstitialInvalid,),
    writes=False,
)
async def show_interstitial(
    ctx: Context,
    *,
    proxy_url: str | None = None,
    domain: str | None = None,
    sign_in_url: str | None = None,
    use_domain_for_script: bool = False,
) -> Interstitial:
    """Read what the page of an instance is made of; nothing of it is secret.

    proxy_url: where the app forwards to the Frontend API: within the instance's sites, or a path
        on the app's own. domain: a satellite that the app is on. sign_in_url: as `proxy_url`.
        use_domain_for_script: whether the script comes from the satellite's own host.
    Raises: InterstitialInvalid: what runs in the page comes from the instance's own sites alone.
    Source: Clerk BAPI 2025-11-10, GetPublicInterstitial.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    satellite = _satellite(instance, domain)
    proxy = _own(ctx, instance, proxy_url, "proxy_url")
    own = frontend_base(instance, ctx.platform.addresses).removesuffix("/v1")
    if proxy is None and (instance.is_development or instance.proxy_url is not None):
        proxy = own
    base = proxy or own
    if use_domain_for_script and satellite is not None and not instance.is_development:
        base = f"https://{satellite.frontend_host}"
    elif proxy is None and satellite is not None:
        base = satellite.proxy_url or f"https://{satellite.frontend_host}"
    elif base == own and instance.is_development:
        # The scripts stand at the root of the server, not below each instance.
        base = ctx.platform.addresses.frontend_url
    return Interstitial(
        publishable_key=key_of(instance.environment.mark, instance.frontend_host),
        script_url=base + SCRIPT,
        proxy_url=proxy,
        domain=None if satellite is None else satellite.name,
        sign_in_url=_own(ctx, instance, sign_in_url, "sign_in_url"),
    )


def _satellite(instance: Instance, domain: str | None) -> Satellite | None:
    if not domain:
        return None
    satellite = instance.satellite_named(domain)
    if satellite is None:
        raise InterstitialInvalid("domain", reason="is no satellite of this instance")
    return satellite


def _own(ctx: Context, instance: Instance, url: str | None, parameter: str) -> str | None:
    """An address within the instance's sites, or a path on the app's own."""
    if not url:
        return None
    if _PATH.fullmatch(url):
        return url.rstrip("/") or None
    try:
        found = checked_site_url(instance, ctx.platform.addresses, url, parameter=parameter)
    except ReturnUrlNotAllowed:
        reason = "must lie within the sites of this instance"
        raise InterstitialInvalid(parameter, reason=reason) from None
    return found.rstrip("/")
