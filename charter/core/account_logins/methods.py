"""What people may sign in by, as an instance's owner has set it."""

from charter.core.instances.model import Instance
from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ins.ways.codes import EMAIL_CODE

MAILED = frozenset({EMAIL_CODE, EMAIL_LINK})
"""First factors that show that somebody reads a mailbox; a link shows no more than a code."""


def by_password(instance: Instance) -> bool:
    """Whether passwords are in use."""
    return instance.settings.attributes.password.is_enabled


def by_link(instance: Instance) -> bool:
    """Whether whoever reads a mailbox may sign in by that."""
    address = instance.settings.attributes.email_address
    return address.is_enabled and not MAILED.isdisjoint(address.first_factors)
