"""Every SQL statement about suggested organizations."""

from datetime import datetime

from sqlalchemy import Text, bindparam, case, delete, exists, select, update

from charter.core.aggregates import object_of
from charter.core.memberships.held import EVERYONE
from charter.core.memberships.queries import organization_column
from charter.core.organizations.model import Organization
from charter.core.organizations.tables import is_in_use, organizations
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.suggestions.model import (
    Suggestion,
    SuggestionNotFound,
    SuggestionRow,
    SuggestionStatus,
)
from charter.core.suggestions.tables import organization_suggestions as suggestions
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_own = suggestions.c.instance_id == INSTANCE
_of_user = suggestions.c.user_id == bindparam("user_id", type_=Text)
_by_id = suggestions.c.id == bindparam("suggestion_id", type_=Text)

# Whoever became a member in another way has no more use for it, and who is disabled may not.
_is_member = exists().where(
    EVERYONE.c.instance_id == suggestions.c.instance_id,
    EVERYONE.c.organization_id == suggestions.c.organization_id,
    EVERYONE.c.user_id == suggestions.c.user_id,
)
_status = case((_is_member, word("completed")), else_=suggestions.c.status)

SELECT = (
    select(
        *columns(
            Suggestion,
            suggestions,
            status=_status,
            organization=object_of(Organization, organization_column),
        )
    )
    .select_from(
        suggestions.join(organizations, refers(suggestions.c.organization_id, organizations))
    )
    # One that takes no new members is not suggested to anybody.
    .where(_own, _of_user, is_in_use)
)
FIELDS: Fields = {
    "id": Field(suggestions.c.id, str),
    "status": Field(_status, SuggestionStatus, nullable=False),
    "created_at": Field(suggestions.c.created_at, datetime, sortable=True),
}
OF_USER = Listing(SELECT, Suggestion, FIELDS, suggestions.c.id, order=NEWEST_FIRST)
SUGGESTION = Statement(SELECT.where(_by_id), Suggestion)
INSERT = inserting_new(suggestions, "organization_id", "user_id")
ACCEPT = Statement[None](
    update(suggestions)
    .where(_own, _of_user, _by_id, suggestions.c.status == word("pending"))
    .values(status=word("accepted"), updated_at=NOW)
)
COMPLETE = Statement[None](
    update(suggestions)
    .where(
        _own,
        _of_user,
        suggestions.c.organization_id == bindparam("organization_id", type_=Text),
    )
    .values(status=word("completed"), updated_at=NOW)
)
DELETE_PENDING = Statement[None](
    delete(suggestions).where(
        _own,
        suggestions.c.domain_id == bindparam("domain_id", type_=Text),
        suggestions.c.status == word("pending"),
    )
)


async def get_suggestion(db: Db, user_id: str, suggestion_id: str) -> Suggestion:
    """A suggestion of a user. Raises: SuggestionNotFound."""
    return await db.one(
        SUGGESTION,
        missing=SuggestionNotFound("suggestion_id"),
        user_id=user_id,
        suggestion_id=suggestion_id,
    )


async def insert_suggestion(db: Db, row: SuggestionRow) -> bool:
    """Keep a suggestion. Returns: False, when the organization was suggested before."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def accept_suggestion(db: Db, user_id: str, suggestion_id: str, now: datetime) -> bool:
    """Write down that a user took a suggestion up; False if it does not wait for that."""
    touched = await db.run(ACCEPT, user_id=user_id, suggestion_id=suggestion_id, now=now)
    return touched == 1


async def complete_suggestion(db: Db, user_id: str, organization_id: str, now: datetime) -> None:
    """Write down that a user became a member of an organization that was suggested to them."""
    await db.run(COMPLETE, user_id=user_id, organization_id=organization_id, now=now)


async def delete_pending(db: Db, domain_id: str) -> None:
    """Take back what was suggested because of a domain, and not taken up."""
    await db.run(DELETE_PENDING, domain_id=domain_id)
