"""Requests to become a member in the Frontend API."""

from msgspec import UNSET, UnsetType

from charter.core.membership_requests import operations as requests
from charter.core.membership_requests.model import MembershipRequest, RequestStatus
from charter.surfaces.backend.organization_memberships import PublicUserDataOut
from charter.surfaces.backend.shapes import millis
from charter.surfaces.frontend.shapes import Listed, Wrapped
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/organizations/{organization_id}/membership_requests"
ONE = ALL + "/{request_id}"
TAG = "Membership Requests"


class MembershipRequestOut(Out):
    """A user who asks to become a member."""

    object: str
    id: str
    organization_id: str
    status: RequestStatus
    public_user_data: PublicUserDataOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: MembershipRequest, view: View) -> "MembershipRequestOut":
        """As this API writes it."""
        return cls(
            object="organization_membership_request",
            id=row.id,
            organization_id=row.organization_id,
            status=row.status,
            public_user_data=PublicUserDataOut.of(row.user, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class StatusQuery(In):
    """Which requests to list."""

    status: list[RequestStatus] | UnsetType = UNSET


CALLS = [
    Call(
        "GET",
        ALL,
        requests.search,
        Wrapped(Listed(MembershipRequestOut)),
        query=StatusQuery,
        lists=Lists(),
        tag=TAG,
    ),
    Call("POST", ONE + "/accept", requests.accept, Wrapped(MembershipRequestOut), tag=TAG),
    Call("POST", ONE + "/reject", requests.reject, Wrapped(MembershipRequestOut), tag=TAG),
]
