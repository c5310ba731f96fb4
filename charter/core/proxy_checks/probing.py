"""Asks a proxy of an app whether the Frontend API of the instance answers behind it."""

from charter.core.instance_domains.model import ProxyConfigurationInvalid
from charter.core.instances.model import Instance
from charter.core.instances.reaching import may_be_private
from charter.kernel.operation import Context

HEALTH = "/v1/proxy-health"


async def is_working(
    ctx: Context, instance: Instance, proxy_url: str, domain_id: str | None
) -> bool:
    """Whether this instance answers behind an address; call it before any statement.

    It answers 404 for a domain of another instance, as for a proxy with another's secret key.
    proxy_url: checked, without a slash at its end.
    """
    if ctx.platform.proxies is None:
        return False
    asked = f"{proxy_url}{HEALTH}" + (f"?domain_id={domain_id}" if domain_id else "")
    private = may_be_private(ctx.platform, instance)
    return await ctx.platform.proxies.is_healthy(asked, may_be_private=private)


async def require_working(
    ctx: Context, instance: Instance, proxy_url: str, domain_id: str | None
) -> None:
    """Go on only with a proxy that works. Raises: ProxyConfigurationInvalid."""
    if not await is_working(ctx, instance, proxy_url, domain_id):
        reason = "does not forward to the Frontend API of this instance"
        raise ProxyConfigurationInvalid(reason=reason)
