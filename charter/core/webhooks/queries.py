"""Every SQL statement about webhooks that operations stand on."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Text,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.statements import NEWEST_FIRST, NOW, columns, word
from charter.core.webhooks.model import (
    WebhookApp,
    WebhookAppExists,
    WebhookAttempt,
    WebhookDraft,
    WebhookEndpoint,
    WebhookEndpointNotFound,
    WebhookMessageNotFound,
    WebhookMessageRow,
    WebhookSecretRow,
)
from charter.core.webhooks.tables import (
    webhook_apps,
    webhook_attempts,
    webhook_deliveries,
    webhook_drafts,
    webhook_endpoints,
    webhook_messages,
    webhook_secrets,
)
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.filters.tree import Order
from charter.kernel.lists import Listing


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret of an endpoint, sealed."""

    id: str
    sealed_secret: bytes = field(repr=False)


_endpoint_id = bindparam("endpoint_id", type_=Text)
_message_id = bindparam("message_id", type_=Text)
_until = bindparam("until", type_=DateTime(timezone=True))
_before = bindparam("before", type_=DateTime(timezone=True))
_of_app = webhook_apps.c.instance_id == INSTANCE
_by_id = (webhook_endpoints.c.instance_id == INSTANCE, webhook_endpoints.c.id == _endpoint_id)


def _count(state: str) -> Any:
    return (
        select(func.count())
        .select_from(webhook_deliveries)
        .where(
            webhook_deliveries.c.instance_id == webhook_endpoints.c.instance_id,
            webhook_deliveries.c.endpoint_id == webhook_endpoints.c.id,
            webhook_deliveries.c.state == word(state),
        )
        .correlate(webhook_endpoints)
        .scalar_subquery()
    )


APP = Statement(
    select(webhook_apps.c.instance_id.label("id"), webhook_apps.c.created_at).where(_of_app),
    WebhookApp,
)
INSERT_APP = inserting(webhook_apps, violates={"pk_webhook_apps": WebhookAppExists})
ENSURE_APP = Statement[None](
    insert(webhook_apps)
    .values(instance_id=INSTANCE, created_at=NOW)
    .on_conflict_do_nothing()
    .returning(webhook_apps.c.instance_id)
)
DELETE_APP = Statement(
    delete(webhook_apps)
    .where(_of_app)
    .returning(webhook_apps.c.instance_id.label("id"), webhook_apps.c.created_at),
    WebhookApp,
)
LOCK_APP = Statement[None](select(webhook_apps.c.instance_id).where(_of_app).with_for_update())
COUNT_ENDPOINTS = Statement[Any](
    select(func.count())
    .select_from(webhook_endpoints)
    .where(webhook_endpoints.c.instance_id == INSTANCE)
)

SELECT = select(
    *columns(WebhookEndpoint, webhook_endpoints, pending=_count("pending"), parked=_count("parked"))
).where(webhook_endpoints.c.instance_id == INSTANCE)
LISTING = Listing(
    SELECT,
    WebhookEndpoint,
    {"created_at": Field(webhook_endpoints.c.created_at, datetime, sortable=True)},
    webhook_endpoints.c.id,
    order=NEWEST_FIRST,
)
ENDPOINT = Statement(SELECT.where(webhook_endpoints.c.id == _endpoint_id), WebhookEndpoint)
LOCK = Statement[None](select(webhook_endpoints.c.id).where(*_by_id).with_for_update())
INSERT = inserting(webhook_endpoints)
UPDATE = Statement[None](
    update(webhook_endpoints)
    .where(*_by_id)
    .values(
        url=bindparam("url", type_=Text),
        description=bindparam("description", type_=Text),
        event_types=bindparam("event_types", type_=ARRAY(Text)),
        disabled_at=bindparam("disabled_at", type_=DateTime(timezone=True)),
        disabled_reason=bindparam("disabled_reason", type_=Text),
        failing_since=bindparam("failing_since", type_=DateTime(timezone=True)),
        updated_at=NOW,
    )
)
DELETE = Statement[None](delete(webhook_endpoints).where(*_by_id))

_secrets = (
    webhook_secrets.c.instance_id == INSTANCE,
    webhook_secrets.c.endpoint_id == _endpoint_id,
)
SEALED = Statement(
    select(webhook_secrets.c.id, webhook_secrets.c.sealed_secret).where(
        *_secrets, webhook_secrets.c.expires_at.is_(None)
    ),
    SealedSecret,
)
SIGNING = Statement(
    select(webhook_secrets.c.id, webhook_secrets.c.sealed_secret)
    .where(
        *_secrets,
        or_(webhook_secrets.c.expires_at.is_(None), webhook_secrets.c.expires_at > NOW),
    )
    .order_by(webhook_secrets.c.expires_at.desc().nulls_first()),
    SealedSecret,
)
INSERT_SECRET = inserting(webhook_secrets)
EXPIRE_SECRETS = Statement[None](
    update(webhook_secrets)
    .where(*_secrets)
    # One that ends sooner must not live on through a later rotation's overlap.
    .values(expires_at=func.least(func.coalesce(webhook_secrets.c.expires_at, _until), _until))
)

MESSAGES_SELECT = select(*columns(WebhookMessageRow, webhook_messages)).where(
    webhook_messages.c.instance_id == INSTANCE
)
MESSAGE_FIELDS: Fields = {
    "event_type": Field(webhook_messages.c.event_type, str),
    "subject_id": Field(webhook_messages.c.subject_id, str),
    "created_at": Field(webhook_messages.c.created_at, datetime, sortable=True),
}
MESSAGES = Listing(
    MESSAGES_SELECT, WebhookMessageRow, MESSAGE_FIELDS, webhook_messages.c.id, order=NEWEST_FIRST
)
MESSAGE = Statement(MESSAGES_SELECT.where(webhook_messages.c.id == _message_id), WebhookMessageRow)

ATTEMPTS_SELECT = (
    select(*columns(WebhookAttempt, webhook_attempts, event_type=webhook_messages.c.event_type))
    .join(
        webhook_messages,
        (webhook_messages.c.instance_id == webhook_attempts.c.instance_id)
        & (webhook_messages.c.id == webhook_attempts.c.message_id),
    )
    .where(webhook_attempts.c.instance_id == INSTANCE)
)
ATTEMPT_FIELDS: Fields = {
    "endpoint_id": Field(webhook_attempts.c.endpoint_id, str),
    "message_id": Field(webhook_attempts.c.message_id, str),
    "attempted_at": Field(webhook_attempts.c.attempted_at, datetime, sortable=True),
}
ATTEMPTS = Listing(
    ATTEMPTS_SELECT,
    WebhookAttempt,
    ATTEMPT_FIELDS,
    webhook_attempts.c.id,
    order=(Order("attempted_at", is_descending=True),),
)

_again = insert(webhook_deliveries).from_select(
    [
        "instance_id",
        "endpoint_id",
        "message_id",
        "sequence",
        "subject_id",
        "state",
        "tries",
        "next_attempt_at",
    ],
    select(
        webhook_messages.c.instance_id,
        webhook_endpoints.c.id,
        webhook_messages.c.id,
        webhook_messages.c.sequence,
        webhook_messages.c.subject_id,
        word("pending"),
        literal_column("0"),
        NOW,
    )
    .join_from(
        webhook_messages,
        webhook_endpoints,
        webhook_endpoints.c.instance_id == webhook_messages.c.instance_id,
    )
    .outerjoin(
        webhook_deliveries,
        (webhook_deliveries.c.instance_id == webhook_messages.c.instance_id)
        & (webhook_deliveries.c.endpoint_id == webhook_endpoints.c.id)
        & (webhook_deliveries.c.message_id == webhook_messages.c.id),
    )
    .where(
        webhook_messages.c.instance_id == INSTANCE,
        webhook_endpoints.c.id == _endpoint_id,
        or_(
            bindparam("message_id", type_=Text).is_(None),
            webhook_messages.c.id == bindparam("message_id", type_=Text),
        ),
        webhook_messages.c.created_at >= bindparam("since", type_=DateTime(timezone=True)),
        webhook_messages.c.created_at < _until,
        or_(
            bindparam("is_any_type").is_(True),
            webhook_endpoints.c.event_types.is_(None),
            webhook_messages.c.event_type == any_(webhook_endpoints.c.event_types),
        ),
        or_(
            bindparam("is_any_state").is_(True),
            func.coalesce(webhook_deliveries.c.state, word("parked")) == word("parked"),
        ),
    ),
)
REPLAY = Statement[None](
    _again.on_conflict_do_update(
        index_elements=["instance_id", "endpoint_id", "message_id"],
        set_={"state": word("pending"), "tries": 0, "next_attempt_at": NOW},
    )
)
"""Has messages delivered once more, and those that never were; without `is_any_state` only these
and what was given up. What waits already is tried at once."""

INSERT_DRAFT = Statement[None](
    insert(webhook_drafts).from_select(
        ["instance_id", *(field.name for field in fields(WebhookDraft))],
        select(
            webhook_apps.c.instance_id,
            *(
                bindparam(field.name, type_=webhook_drafts.c[field.name].type)
                for field in fields(WebhookDraft)
            ),
        ).where(_of_app),
    )
)
"""Keeps a message for endpoints, where the instance has an app at all."""

CLEAR_SECRETS = Statement[None](
    delete(webhook_secrets).where(webhook_secrets.c.expires_at < _before),
    across_instances="the worker clears the secrets of all instances",
)
CLEAR_MESSAGES = Statement[None](
    delete(webhook_messages).where(webhook_messages.c.created_at < _before),
    across_instances="the worker clears the messages of all instances",
)
CLEAR_SEALED_MESSAGES = Statement[None](
    delete(webhook_messages).where(
        webhook_messages.c.created_at < _before, webhook_messages.c.sealed_body.is_not(null())
    ),
    across_instances="the worker clears the messages of all instances",
)


async def get_endpoint(db: Db, endpoint_id: str) -> WebhookEndpoint:
    """The endpoint. Raises: WebhookEndpointNotFound."""
    missing = WebhookEndpointNotFound("endpoint_id")
    return await db.one(ENDPOINT, missing=missing, endpoint_id=endpoint_id)


async def lock_endpoint(db: Db, endpoint_id: str) -> WebhookEndpoint:
    """The endpoint, locked until the transaction ends. Raises: WebhookEndpointNotFound."""
    await db.value(LOCK, endpoint_id=endpoint_id)
    return await get_endpoint(db, endpoint_id)


async def get_message(db: Db, message_id: str) -> WebhookMessageRow:
    """The message. Raises: WebhookMessageNotFound."""
    missing = WebhookMessageNotFound("message_id")
    return await db.one(MESSAGE, missing=missing, message_id=message_id)


async def replace_secret(db: Db, row: WebhookSecretRow, until: datetime) -> None:
    """Give a locked endpoint another secret; those before it end at `until`, or before."""
    await db.run(EXPIRE_SECRETS, endpoint_id=row.endpoint_id, until=until)
    await db.insert(INSERT_SECRET, row)


def insert_draft(db: Db, draft: WebhookDraft) -> None:
    """Keep a message to a person for endpoints, where there can be any."""
    db.insert_later(INSERT_DRAFT, draft)
