"""Decides whether an instance may have this server ask in its own networks."""

from charter.core.instances.model import Instance
from charter.kernel.platform import Platform


def may_be_private(platform: Platform, instance: Instance) -> bool:
    """Whether what an instance names may be on this machine and in its private networks.

    For apps that are being developed beside their server: elsewhere whoever holds the keys of an
    instance would look around in there.
    """
    return platform.private_addresses and instance.is_development
