"""Members of an organization, in the Organizations RPC."""

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MemberNotFound
from charter.surfaces.rpc.shapes import Ok
from charter.wire.call import Call, In


class MemberRef(In):
    """One member."""

    organizationId: str  # noqa: N815  # this API's spelling
    userId: str  # noqa: N815  # this API's spelling


NAMES = {"organizationId": "organization_id", "userId": "user_id"}

CALLS = [
    Call(
        "POST",
        "/members/remove",
        memberships.remove,
        Ok,
        body=MemberRef,
        names=NAMES,
        forgives=(MemberNotFound,),  # removing a stranger succeeds
    ),
]
