"""Every SQL statement about organizations as a tree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Text, any_, bindparam, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.organizations.fields import FIELDS
from charter.core.organizations.model import Organization
from charter.core.organizations.queries import PLAIN
from charter.core.organizations.tables import organizations
from charter.core.statements import NEWEST_FIRST
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.lists import Listing

_above = bindparam("organization_id", type_=Text)
CHILDREN = Listing(
    PLAIN.where(organizations.c.parent_id == _above),
    Organization,
    FIELDS,
    organizations.c.id,
    order=NEWEST_FIRST,
)


def _ids_below() -> Any:
    """The ids of all organizations below one, to a depth."""
    first = (
        select(organizations.c.id, literal_column("1").label("level"))
        .where(organizations.c.instance_id == INSTANCE, organizations.c.parent_id == _above)
        .cte("below", recursive=True)
    )
    next_one = organizations.alias("next_one")
    further = select(next_one.c.id, first.c.level + 1).where(
        next_one.c.instance_id == INSTANCE,
        next_one.c.parent_id == first.c.id,
        first.c.level < bindparam("depth", type_=Integer),
    )
    every = first.union_all(further)
    return select(every.c.id)


BELOW = Listing(
    PLAIN.where(organizations.c.id.in_(_ids_below())),
    Organization,
    FIELDS,
    organizations.c.id,
    order=NEWEST_FIRST,
)
_of_parents = organizations.c.parent_id == any_(bindparam("parent_ids", type_=ARRAY(Text)))
LOCK_CHILDREN = Statement[None](
    select(organizations.c.id)
    .where(organizations.c.instance_id == INSTANCE, _of_parents)
    .order_by(organizations.c.id)
    .with_for_update()
)
CHILDREN_OF = Statement(PLAIN.where(_of_parents).order_by(organizations.c.id), Organization)
LOCK_TREE = Statement[None](
    text("SELECT pg_advisory_xact_lock(hashtextextended('organizations:' || :instance_id, 0))")
)
IS_ABOVE = Statement[Any](
    text(
        "WITH RECURSIVE above AS ("
        " SELECT id, parent_id FROM organizations"
        " WHERE instance_id = :instance_id AND id = :parent_id"
        " UNION SELECT o.id, o.parent_id FROM organizations o JOIN above a ON o.id = a.parent_id"
        " WHERE o.instance_id = :instance_id)"
        " SELECT EXISTS (SELECT 1 FROM above WHERE id = :organization_id)"
    )
)


async def lock_children(db: Db, parent_ids: Sequence[str]) -> tuple[Organization, ...]:
    """The organizations right below these, locked until the transaction ends."""
    await db.all(LOCK_CHILDREN, parent_ids=list(parent_ids))
    return await db.all(CHILDREN_OF, parent_ids=list(parent_ids))
