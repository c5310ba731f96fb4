"""The waitlist in the Frontend API."""

from charter.core.waitlist_entries import operations as waitlist
from charter.core.waitlist_entries.model import WaitlistEntry
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn


class JoinWaitlist(FormIn):
    """Who asks to be let in."""

    email_address: str


class WaitlistEntryOut(Out):
    """An entry, without what became of it: that is for the address alone to learn."""

    object: str
    id: str

    @classmethod
    def of(cls, row: WaitlistEntry, _view: View) -> "WaitlistEntryOut":
        """As this API writes it."""
        return cls(object="waitlist_entry", id=row.id)


CALLS = [
    Call(
        "POST",
        "/waitlist",
        waitlist.join,
        WaitlistEntryOut,
        body=JoinWaitlist,
        tag="Waitlist",
    ),
]
