"""Organizations suggested to a user, in the Frontend API."""

from msgspec import UNSET, UnsetType

from charter.core.suggestions import operations as suggestions
from charter.core.suggestions.model import Suggestion, SuggestionStatus
from charter.surfaces.backend.organization_invitations import PublicOrganizationOut
from charter.surfaces.backend.shapes import millis
from charter.surfaces.frontend.shapes import Listed, Wrapped
from charter.wire.call import Call, In, Lists, Out, View

OWN = "/me/organization_suggestions"
TAG = "Organizations Memberships"


class SuggestionOut(Out):
    """An organization that the user may ask to join."""

    object: str
    id: str
    public_organization_data: PublicOrganizationOut
    status: SuggestionStatus
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Suggestion, view: View) -> "SuggestionOut":
        """As this API writes it."""
        return cls(
            object="organization_suggestion",
            id=row.id,
            public_organization_data=PublicOrganizationOut.of(row.organization, view),
            status=row.status,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class StatusQuery(In):
    """Which suggestions to list."""

    status: list[SuggestionStatus] | UnsetType = UNSET


CALLS = [
    Call(
        "GET",
        OWN,
        suggestions.search_own,
        Wrapped(Listed(SuggestionOut)),
        query=StatusQuery,
        lists=Lists(),
        tag=TAG,
    ),
    Call(
        "POST",
        OWN + "/{suggestion_id}/accept",
        suggestions.accept_own,
        Wrapped(SuggestionOut),
        tag=TAG,
    ),
]
