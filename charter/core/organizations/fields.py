"""What lists of organizations may be filtered and ordered by."""

from datetime import datetime

from sqlalchemy import Integer, func, select

from charter.core.memberships.tables import memberships
from charter.core.organizations.model import OrganizationStatus
from charter.core.organizations.tables import organizations
from charter.kernel.filters.fields import AnyField, Field, FreeText, Many
from charter.kernel.filters.tree import Apply, Name, Node, Op, Place, Text

_of_organization = (memberships.c.instance_id == organizations.c.instance_id) & (
    memberships.c.organization_id == organizations.c.id
)
_members_count = (
    select(func.count(type_=Integer))
    .select_from(memberships)
    .where(_of_organization)
    .correlate(organizations)
    .scalar_subquery()
)

FIELDS: dict[str, AnyField] = {
    "id": Field(organizations.c.id, str),
    "number": Field(organizations.c.number, int, sortable=True),
    "name": Field(
        organizations.c.name,
        str,
        sortable=True,
        is_indexed_folded=True,
        pairs=organizations.c.search_pairs,
    ),
    "slug": Field(organizations.c.slug, str),
    "description": Field(organizations.c.description, str, sortable=True),
    "status": Field(organizations.c.status, OrganizationStatus, sortable=True),
    "parent_id": Field(organizations.c.parent_id, str),
    "paid_until": Field(organizations.c.paid_until, datetime, sortable=True),
    "name_in_any_case": Field(
        organizations.c.name,
        str,
        ignore_case=True,
        is_indexed_folded=True,
        pairs=organizations.c.search_pairs,
    ),
    "created_at": Field(organizations.c.created_at, datetime, sortable=True),
    "updated_at": Field(organizations.c.updated_at, datetime, sortable=True),
    "members_count": Field(_members_count, int, sortable=True, nullable=False),
    "user_id": Many(memberships, _of_organization, memberships.c.user_id),
    "text": FreeText(organizations.c.search_text, organizations.c.search_pairs),
}

OWN_FIELDS = {
    **{
        name: FIELDS[name]
        for name in ("id", "number", "name", "description", "created_at", "updated_at")
    },
    # A text like any other: to ask for one that does not exist finds nothing.
    "status": Field(organizations.c.status, str, sortable=True),
}
"""What members may ask of their own organizations: nothing of who else is in one."""


def matching(query: str | None) -> Node | None:
    """The condition for a free-text query: the whole id, or a part of the name or the slug."""
    if query is None or not query.strip():
        return None
    text = Text(query.strip(), Place("query"))
    return Apply(
        Op.OR, (Apply(Op.EQ, (Name("id"), text)), Apply(Op.CONTAINS, (Name("text"), text)))
    )
