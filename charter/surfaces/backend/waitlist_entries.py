"""The waitlist in the Backend API."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.waitlist_entries import operations as waitlist
from charter.core.waitlist_entries.model import (
    MOST_AT_ONCE,
    NewWaitlistEntry,
    WaitlistEntry,
    WaitlistStatus,
)
from charter.surfaces.backend.invitations import InvitationOut
from charter.surfaces.backend.shapes import DeletedAs, Paged, Several, millis
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/waitlist_entries"
ONE = ALL + "/{waitlist_entry_id}"
TAG = "Waitlist Entries"


class WaitlistEntryOut(Out):
    """An address that asks to be let in."""

    object: str
    id: str
    email_address: str
    status: WaitlistStatus
    created_at: int
    updated_at: int
    invitation: InvitationOut | None

    @classmethod
    def of(cls, row: WaitlistEntry, view: View) -> "WaitlistEntryOut":
        """As this API writes it."""
        invitation = row.invitation
        return cls(
            object="waitlist_entry",
            id=row.id,
            email_address=row.email_address,
            status=row.status,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            invitation=None if invitation is None else InvitationOut.of(invitation, view),
        )


class CreateWaitlistEntry(In):
    """Which address to put on the list, and whether it is told."""

    email_address: str
    notify: bool | None = None


class InviteWaitlistEntry(In):
    """Whether an address is invited once more."""

    ignore_existing: bool | None = None


class WaitlistQuery(In):
    """Which entries to list."""

    status: list[WaitlistStatus] | UnsetType = UNSET
    query: str | UnsetType = UNSET


def read_several(bodies: list[CreateWaitlistEntry]) -> list[NewWaitlistEntry]:
    """Each as the core takes it."""
    return [NewWaitlistEntry(body.email_address, body.notify) for body in bodies]


CALLS = [
    Call(
        "GET",
        ALL,
        waitlist.search,
        Paged(WaitlistEntryOut),
        query=WaitlistQuery,
        lists=Lists(
            orders={
                "created_at": "created_at",
                "email_address": "email_address",
                "invited_at": "invited_at",
            }
        ),
        tag=TAG,
    ),
    Call("POST", ALL, waitlist.create, WaitlistEntryOut, body=CreateWaitlistEntry, tag=TAG),
    Call(
        "POST",
        ALL + "/bulk",
        waitlist.create_several,
        Several(WaitlistEntryOut),
        body=Annotated[
            list[CreateWaitlistEntry], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)
        ],
        names={"body": "entries"},
        reads={"body": read_several},
        tag=TAG,
    ),
    Call("DELETE", ONE, waitlist.delete, DeletedAs("waitlist_entry"), tag=TAG),
    Call(
        "POST",
        ONE + "/invite",
        waitlist.invite,
        WaitlistEntryOut,
        body=InviteWaitlistEntry,
        is_body_optional=True,
        tag=TAG,
    ),
    Call("POST", ONE + "/reject", waitlist.reject, WaitlistEntryOut, tag=TAG),
]
