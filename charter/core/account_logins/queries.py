"""Every SQL statement about account logins that no other area has."""

from typing import Any

from sqlalchemy import Text, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.grants.model import Purpose
from charter.core.grants.tables import grants
from charter.core.memberships.model import Membership
from charter.core.memberships.queries import SELECT as MEMBERSHIPS
from charter.core.memberships.tables import memberships
from charter.core.oauth_applications.tables import oauth_applications
from charter.core.oauth_authorizations.tables import oauth_authorizations
from charter.core.statements import word
from charter.kernel.db import INSTANCE, Db, Statement

OF_USER = Statement(
    MEMBERSHIPS.where(memberships.c.user_id == bindparam("user_id", type_=Text))
    .order_by(memberships.c.created_at, memberships.c.id)
    .limit(literal_column("500")),
    Membership,
)
SESSION_OF = Statement[Any](
    select(oauth_authorizations.c.session_id).where(
        oauth_authorizations.c.instance_id == INSTANCE,
        oauth_authorizations.c.id == bindparam("authorization_id", type_=Text),
    )
)
CODE_OF = Statement[Any](
    select(grants.c.id)
    .where(
        grants.c.instance_id == INSTANCE,
        grants.c.purpose == word(Purpose.OAUTH_CODE.value),
        grants.c.subject_id == bindparam("authorization_id", type_=Text),
    )
    .limit(literal_column("1"))
)
ANY_WITH_ORIGIN = Statement[Any](
    select(oauth_applications.c.id)
    .where(oauth_applications.c.allowed_origins.contains(bindparam("origins", type_=ARRAY(Text))))
    .limit(literal_column("1")),
    across_instances="a page's origin is asked for before anything names the application",
)


async def memberships_of(db: Db, user_id: str) -> tuple[Membership, ...]:
    """The memberships of a user, the oldest first, 500 at most."""
    return await db.all(OF_USER, user_id=user_id)


async def session_of(db: Db, authorization_id: str) -> str | None:
    """The session that a login stands and falls with."""
    found: str | None = await db.value(SESSION_OF, authorization_id=authorization_id)
    return found


async def came_from_code(db: Db, authorization_id: str) -> bool:
    """Whether a login came from a code, as far back as that is kept."""
    return await db.value(CODE_OF, authorization_id=authorization_id) is not None


async def is_origin_of_any(db: Db, origin: str) -> bool:
    """Whether any client names an origin as one of its pages."""
    return await db.value(ANY_WITH_ORIGIN, origins=[origin]) is not None
