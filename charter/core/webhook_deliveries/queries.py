"""Every SQL statement about webhooks that the worker stands on."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Text,
    bindparam,
    delete,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.statements import NOW, columns, word
from charter.core.webhooks.model import WebhookDraft
from charter.core.webhooks.tables import (
    webhook_deliveries,
    webhook_drafts,
    webhook_endpoints,
    webhook_messages,
)
from charter.kernel.db import INSTANCE, Statement, inserting


@dataclass(frozen=True, slots=True)
class Listener:
    """An endpoint, as far as it says what it is told of."""

    instance_id: str
    id: str
    event_types: frozenset[str] | None
    disabled_at: datetime | None
    created_at: datetime

    def wants(self, event_type: str, at: datetime) -> bool:
        """Whether it is to be told of such events; what was before it, it is not."""
        is_one = self.event_types is None or event_type in self.event_types
        return is_one and self.created_at <= at


@dataclass(frozen=True, slots=True)
class DraftOfInstance:
    """A message to a person that endpoints are to be told of, with its instance."""

    instance_id: str
    id: str
    kind: str
    slug: str
    to_address: str = field(repr=False)
    is_delivered_here: bool
    sealed_content: bytes = field(repr=False)
    request: dict[str, str | None]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """An endpoint that this worker serves alone until its lease ends."""

    instance_id: str
    id: str


@dataclass(frozen=True, slots=True)
class Served:
    """An endpoint as it is at the moment, with the lease renewed."""

    url: str
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be delivered now. tries: how often that failed."""

    message_id: str
    subject_id: str
    tries: int
    body: str | None = field(repr=False)
    sealed_body: bytes | None = field(repr=False)


_every = "the worker tells the endpoints of all instances"
_time = DateTime(timezone=True)
_of_endpoint = (
    webhook_endpoints.c.instance_id == INSTANCE,
    webhook_endpoints.c.id == bindparam("endpoint_id", type_=Text),
)

LISTENERS = Statement(
    select(
        webhook_endpoints.c.instance_id,
        webhook_endpoints.c.id,
        webhook_endpoints.c.event_types,
        webhook_endpoints.c.disabled_at,
        webhook_endpoints.c.created_at,
    )
    .where(
        webhook_endpoints.c.instance_id
        == text("ANY(:instance_ids)").bindparams(bindparam("instance_ids", type_=ARRAY(Text)))
    )
    .order_by(webhook_endpoints.c.instance_id, webhook_endpoints.c.id)
    # None of them goes before what it is told of is written.
    .with_for_update(read=True, key_share=True),
    Listener,
    across_instances=_every,
)
TAKE_DRAFTS = Statement(
    delete(webhook_drafts)
    .where(
        tuple_(webhook_drafts.c.instance_id, webhook_drafts.c.id).in_(
            select(webhook_drafts.c.instance_id, webhook_drafts.c.id)
            .order_by(webhook_drafts.c.created_at)
            .limit(bindparam("limit", type_=Integer))
            .with_for_update(skip_locked=True)
        )
    )
    .returning(
        webhook_drafts.c.instance_id,
        *columns(WebhookDraft, webhook_drafts),
    ),
    DraftOfInstance,
    across_instances=_every,
)
INSERT_MESSAGE = inserting(webhook_messages)
INSERT_DELIVERY = inserting(webhook_deliveries)

TAKE = Statement(
    text(
        # From one endpoint that something waits for to the next, by the index alone: what waits
        # for an endpoint that is away is not walked through.
        "WITH RECURSIVE waiting AS ("
        " (SELECT instance_id, endpoint_id, next_attempt_at FROM webhook_deliveries"
        "  WHERE state = 'pending' ORDER BY instance_id, endpoint_id, next_attempt_at LIMIT 1)"
        " UNION ALL SELECT following.* FROM waiting CROSS JOIN LATERAL"
        " (SELECT d.instance_id, d.endpoint_id, d.next_attempt_at FROM webhook_deliveries d"
        "  WHERE d.state = 'pending'"
        "  AND (d.instance_id, d.endpoint_id) > (waiting.instance_id, waiting.endpoint_id)"
        "  ORDER BY d.instance_id, d.endpoint_id, d.next_attempt_at LIMIT 1) following"
        "), free AS (SELECT e.instance_id, e.id FROM waiting JOIN webhook_endpoints e"
        "  ON e.instance_id = waiting.instance_id AND e.id = waiting.endpoint_id"
        "  WHERE waiting.next_attempt_at <= :now AND e.disabled_at IS NULL"
        "  AND e.leased_until <= :now ORDER BY waiting.next_attempt_at LIMIT :limit"
        "  FOR UPDATE OF e SKIP LOCKED)"
        " UPDATE webhook_endpoints SET leased_until = :leased_until FROM free"
        " WHERE webhook_endpoints.instance_id = free.instance_id"
        " AND webhook_endpoints.id = free.id"
        " RETURNING webhook_endpoints.instance_id, webhook_endpoints.id"
    )
    .bindparams(
        bindparam("now", type_=_time),
        bindparam("limit", type_=BigInteger),
        bindparam("leased_until", type_=_time),
    )
    .columns(webhook_endpoints.c.instance_id, webhook_endpoints.c.id),
    Taken,
    across_instances=_every,
)
RENEW = Statement(
    update(webhook_endpoints)
    .where(
        *_of_endpoint,
        webhook_endpoints.c.disabled_at.is_(None),
        # Whoever took it over after its lease has it now.
        webhook_endpoints.c.leased_until == bindparam("held_until", type_=_time),
    )
    .values(leased_until=bindparam("leased_until", type_=_time))
    .returning(webhook_endpoints.c.url, webhook_endpoints.c.failing_since),
    Served,
)
RELEASE = Statement[None](
    update(webhook_endpoints)
    .where(*_of_endpoint, webhook_endpoints.c.leased_until == bindparam("held_until", type_=_time))
    # Free for a worker whose clock is behind, too.
    .values(leased_until=webhook_endpoints.c.created_at)
)
DUE = Statement(
    select(
        webhook_deliveries.c.message_id,
        webhook_deliveries.c.subject_id,
        webhook_deliveries.c.tries,
        webhook_messages.c.body,
        webhook_messages.c.sealed_body,
    )
    .join(
        webhook_messages,
        (webhook_messages.c.instance_id == webhook_deliveries.c.instance_id)
        & (webhook_messages.c.id == webhook_deliveries.c.message_id),
    )
    .where(
        webhook_deliveries.c.instance_id == INSTANCE,
        webhook_deliveries.c.endpoint_id == bindparam("endpoint_id", type_=Text),
        webhook_deliveries.c.state == word("pending"),
        webhook_deliveries.c.next_attempt_at <= NOW,
    )
    .order_by(webhook_deliveries.c.next_attempt_at, webhook_deliveries.c.sequence)
    .limit(bindparam("limit", type_=BigInteger)),
    Due,
)
RECORD = Statement[None](
    text(
        "WITH done AS (SELECT unnest(:ids) AS id, unnest(:message_ids) AS message_id,"
        " unnest(:tries) AS tries, unnest(:states) AS state,"
        " unnest(:next_attempts) AS next_attempt_at, unnest(:statuses) AS status,"
        " unnest(:errors) AS error, unnest(:durations) AS duration_ms,"
        " unnest(:heads) AS response_head, unnest(:attempted) AS attempted_at),"
        " logged AS (INSERT INTO webhook_attempts (instance_id, id, endpoint_id, message_id,"
        " status, error, duration_ms, response_head, attempted_at) SELECT :instance_id, id,"
        " :endpoint_id, message_id, status, error, duration_ms, response_head, attempted_at"
        " FROM done WHERE EXISTS (SELECT FROM webhook_deliveries d"
        " WHERE d.instance_id = :instance_id AND d.endpoint_id = :endpoint_id"
        " AND d.message_id = done.message_id))"
        " UPDATE webhook_deliveries SET state = done.state, tries = done.tries + 1,"
        " next_attempt_at = done.next_attempt_at FROM done"
        " WHERE webhook_deliveries.instance_id = :instance_id"
        " AND webhook_deliveries.endpoint_id = :endpoint_id"
        " AND webhook_deliveries.message_id = done.message_id"
        # Asked to be replayed meanwhile, it is: from the start, whatever came of this attempt.
        " AND webhook_deliveries.tries = done.tries"
    ).bindparams(
        *(
            bindparam(name, type_=ARRAY(kind))
            for name, kind in (
                ("ids", Text),
                ("message_ids", Text),
                ("tries", Integer),
                ("states", Text),
                ("next_attempts", _time),
                ("statuses", Integer),
                ("errors", Text),
                ("durations", Integer),
                ("heads", Text),
                ("attempted", _time),
            )
        ),
        bindparam("endpoint_id", type_=Text),
    )
)
HEALTH = Statement[None](
    update(webhook_endpoints)
    .where(*_of_endpoint)
    .values(failing_since=bindparam("failing_since", type_=_time))
)
