"""Every SQL statement about requests to become a member."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.aggregates import object_of
from charter.core.membership_requests.model import (
    MembershipRequest,
    MembershipRequestNotFound,
    MembershipRequestRow,
    RequestStatus,
)
from charter.core.membership_requests.tables import membership_requests
from charter.core.memberships.model import MemberProfile
from charter.core.memberships.queries import profile_column
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_own = membership_requests.c.instance_id == INSTANCE
_in_organization = membership_requests.c.organization_id == bindparam("organization_id", type_=Text)
_by_id = membership_requests.c.id == bindparam("request_id", type_=Text)
_is_pending = membership_requests.c.status == word("pending")

SELECT = (
    select(
        *columns(
            MembershipRequest, membership_requests, user=object_of(MemberProfile, profile_column)
        )
    )
    .select_from(membership_requests.join(users, refers(membership_requests.c.user_id, users)))
    .where(_own, _in_organization)
)
FIELDS: Fields = {
    "id": Field(membership_requests.c.id, str),
    "status": Field(membership_requests.c.status, RequestStatus),
    "created_at": Field(membership_requests.c.created_at, datetime, sortable=True),
}
OF_ORGANIZATION = Listing(
    SELECT, MembershipRequest, FIELDS, membership_requests.c.id, order=NEWEST_FIRST
)
REQUEST = Statement(SELECT.where(_by_id), MembershipRequest)
INSERT = inserting_new(membership_requests, "organization_id", "user_id", where=_is_pending)
DECIDE = Statement[None](
    update(membership_requests)
    .where(_own, _in_organization, _by_id, _is_pending)
    .values(
        status=bindparam("new_status", type_=Text),
        decided_by=bindparam("user_id", type_=Text),
        updated_at=NOW,
    )
)


async def get_request(db: Db, organization_id: str, request_id: str) -> MembershipRequest:
    """A request to the organization. Raises: MembershipRequestNotFound."""
    return await db.one(
        REQUEST,
        missing=MembershipRequestNotFound("request_id"),
        organization_id=organization_id,
        request_id=request_id,
    )


async def insert_request(db: Db, row: MembershipRequestRow) -> bool:
    """Keep a request. Returns: False, when the user has one that waits."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def decide_request(
    db: Db, request: MembershipRequest, status: RequestStatus, user_id: str | None, now: datetime
) -> bool:
    """Write down what was decided about a request that waits; False if none does."""
    touched = await db.run(
        DECIDE,
        organization_id=request.organization_id,
        request_id=request.id,
        new_status=status.value,
        user_id=user_id,
        now=now,
    )
    return touched == 1
