"""Where an instance is reached by programs of others."""

from charter.core.instances.model import Instance
from charter.kernel.platform import Addresses


def oauth_issuer(instance: Instance, addresses: Addresses) -> str:
    """The issuer of an instance as an OAuth provider, below which its endpoints are.

    It is configured, and never what a request says (RFC 8414, section 2).
    """
    if instance.is_development:
        return f"{addresses.frontend_url}/frontend/i/{instance.id}"
    return instance.issuer


def portal_base(instance: Instance, addresses: Addresses) -> str:
    """Where our own pages of an instance are, without a trailing slash: beside its provider."""
    if instance.is_development:
        return f"{addresses.frontend_url}/account/i/{instance.id}"
    return f"{instance.issuer}/account"
