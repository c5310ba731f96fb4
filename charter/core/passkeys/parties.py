"""Decides for which domain passkeys are made, and which pages may use them."""

from ada_url import URL

from charter.core.instances.model import Instance
from charter.core.instances.origins import app_domain, app_url, is_allowed_origin
from charter.core.passkeys.model import PasskeyOriginRefused
from charter.kernel.operation import Context


def relying_party(ctx: Context, instance: Instance) -> str:
    """The domain that a passkey is made or asked for; browsers show it to nobody beyond.

    In development it is the host of the page, which may be any name of the machine. In production
    it is the domain that the app shares with the Frontend API, so that a passkey made on one page
    works on the other; a page elsewhere that the owner allows has passkeys of its own host.
    Raises: PasskeyOriginRefused, for a page that does not belong to the instance.
    """
    origin = ctx.request.origin
    if origin is None:
        # Apps on phones send none; theirs is the app's own site.
        host = URL(app_url(instance, ctx.platform.addresses)).hostname
    else:
        check_origin(ctx, instance, origin)
        host = URL(origin).hostname
    domain = app_domain(instance)
    return domain if domain is not None and _is_within(host, domain) else host


def check_origin(ctx: Context, instance: Instance, origin: str) -> None:
    """Refuse a page that does not belong to the instance. Raises: PasskeyOriginRefused."""
    if not is_allowed_origin(instance, ctx.platform.addresses, origin):
        raise PasskeyOriginRefused


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)
