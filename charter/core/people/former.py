"""What the deletion of a user leaves, and what a ban by another hand than a directory's ends."""

from sqlalchemy import DateTime, Text, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from charter.core.people.model import FormerUser
from charter.core.people.tables import former_users, user_profiles
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Statement

_user_id = bindparam("user_id", type_=Text)
FORMER = Statement(
    select(*columns(FormerUser, former_users)).where(
        former_users.c.instance_id == INSTANCE, former_users.c.id == _user_id
    ),
    FormerUser,
)
KEEP_FORMER = Statement[None](
    insert(former_users)
    .values(
        instance_id=INSTANCE,
        id=_user_id,
        deleted_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .on_conflict_do_nothing()
)
FORGET_DEACTIVATION = Statement[None](
    update(user_profiles)
    .where(
        user_profiles.c.instance_id == INSTANCE,
        user_profiles.c.user_id == _user_id,
        user_profiles.c.deactivated_at.is_not(None),
    )
    .values(deactivated_at=None)
)
"""Whoever is banned or let in again by hand is no more what a directory made them."""
