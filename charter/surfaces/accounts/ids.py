"""Names things as this API does: the core's ids under other prefixes.

An id is opaque; what has another prefix stays as it is, and names nothing.
"""

from collections.abc import Callable

from charter.core.oauth_authorizations.account_ids import PREFIXES, shown

MEMBERSHIP = PREFIXES["orgmem_"]

account_id = application_id = uid = member_id = invite_id = shown
"""The ids of organizations, instances, users, memberships and invitations on this wire."""
credential_id = cid = subscription = shown
"""The same of addresses, of OAuth applications, and of subscriptions at a gateway."""


def _reader(prefix: str) -> Callable[[str], str]:
    """What brings an id of this wire into the core's form."""
    there = PREFIXES[prefix]

    def read(text: str) -> str:
        return prefix + text.removeprefix(there) if text.startswith(there) else text

    return read


organization_id = _reader("org_")
instance_id = _reader("ins_")
user_id = _reader("user_")
membership_id = _reader("orgmem_")
invitation_id = _reader("orginv_")
client_id = _reader("oa_")
subscription_id = _reader("psub_")
