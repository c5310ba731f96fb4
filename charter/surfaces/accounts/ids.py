"""Names things as this API does: the core's ids under other prefixes.

An id is opaque; what has another prefix stays as it is, and names nothing.
"""

ACCOUNT, APPLICATION, USER = "acc_", "app_", "uid_"
MEMBERSHIP, INVITATION, CREDENTIAL = "mbr_", "ivt_", "ecr_"
SUBSCRIPTION = "sub_"
_ORGANIZATION, _INSTANCE, _PERSON = "org_", "ins_", "user_"
CLIENT, _APPLICATION = "cid_", "oa_"
_MEMBER, _INVITED, _IDENTIFICATION = "orgmem_", "orginv_", "idn_"
_KEPT_ELSEWHERE = "psub_"


def account_id(organization_id: str) -> str:
    """An organization's id on this wire."""
    return ACCOUNT + organization_id.removeprefix(_ORGANIZATION)


def organization_id(text: str) -> str:
    """The organization's id behind an account's."""
    return _swapped(text, ACCOUNT, _ORGANIZATION)


def application_id(instance_id: str) -> str:
    """An instance's id on this wire."""
    return APPLICATION + instance_id.removeprefix(_INSTANCE)


def instance_id(text: str) -> str:
    """The instance's id behind an application's."""
    return _swapped(text, APPLICATION, _INSTANCE)


def uid(user_id: str) -> str:
    """A user's id on this wire."""
    return USER + user_id.removeprefix(_PERSON)


def user_id(text: str) -> str:
    """The user's id in the core."""
    return _swapped(text, USER, _PERSON)


def member_id(membership_id: str) -> str:
    """A membership's id on this wire."""
    return MEMBERSHIP + membership_id.removeprefix(_MEMBER)


def membership_id(text: str) -> str:
    """The membership's id in the core."""
    return _swapped(text, MEMBERSHIP, _MEMBER)


def invite_id(invitation_id: str) -> str:
    """An invitation's id on this wire."""
    return INVITATION + invitation_id.removeprefix(_INVITED)


def invitation_id(text: str) -> str:
    """The invitation's id in the core."""
    return _swapped(text, INVITATION, _INVITED)


def credential_id(identification_id: str) -> str:
    """An address's id on this wire."""
    return CREDENTIAL + identification_id.removeprefix(_IDENTIFICATION)


def cid(oauth_application_id: str) -> str:
    """An OAuth application's id on this wire."""
    return CLIENT + oauth_application_id.removeprefix(_APPLICATION)


def client_id(text: str) -> str:
    """The OAuth application's id behind a client's."""
    return _swapped(text, CLIENT, _APPLICATION)


def subscription(subscription_id: str) -> str:
    """A subscription's id on this wire; a gateway's own ids have the same prefix and other ends."""
    return SUBSCRIPTION + subscription_id.removeprefix(_KEPT_ELSEWHERE)


def subscription_id(text: str) -> str:
    """The subscription's id in the core."""
    return _swapped(text, SUBSCRIPTION, _KEPT_ELSEWHERE)


def _swapped(text: str, prefix: str, core: str) -> str:
    return core + text.removeprefix(prefix) if text.startswith(prefix) else text
