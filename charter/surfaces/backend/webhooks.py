"""Webhooks in the Backend API: three calls as they are documented, and our own for the rest."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.webhooks import log
from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.links import portal_url
from charter.core.webhooks.model import (
    Replayed,
    WebhookApp,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookEndpointMade,
    WebhookMessage,
    WebhookSecret,
    WebhookTest,
)
from charter.kernel.filters.plain import Param
from charter.kernel.filters.plain import millis as read_millis
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Webhooks"


class PortalOut(Out):
    """Where a person sees the webhooks of the instance; the field's name is the contract's."""

    svix_url: str

    @classmethod
    def of(cls, _result: WebhookApp, view: View) -> "PortalOut":
        """As this API writes it."""
        return cls(svix_url=portal_url(view.platform, view.instance.id, view.now))


class EndpointOut(Out):
    """Where events are posted to."""

    object: str
    id: str
    url: str
    description: str
    event_types: list[str] | None
    enabled: bool
    disabled_reason: str | None
    disabled_at: int | None
    failing_since: int | None
    pending_deliveries: int
    parked_deliveries: int
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: WebhookEndpoint, _view: View) -> "EndpointOut":
        """As this API writes it."""
        return cls(
            object="webhook_endpoint",
            id=row.id,
            url=row.url,
            description=row.description,
            event_types=None if row.event_types is None else list(row.event_types),
            enabled=row.disabled_at is None,
            disabled_reason=row.disabled_reason,
            disabled_at=millis_or_none(row.disabled_at),
            failing_since=millis_or_none(row.failing_since),
            pending_deliveries=row.pending,
            parked_deliveries=row.parked,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class EndpointMadeOut(EndpointOut):
    """An endpoint with its secret."""

    secret: str

    @classmethod
    def of(cls, result: WebhookEndpointMade, view: View) -> "EndpointMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(EndpointOut.of(result.endpoint, view))
        return cls(**shared, secret=result.secret)


class SecretOut(Out):
    """The secret of an endpoint."""

    object: str
    secret: str

    @classmethod
    def of(cls, result: WebhookSecret, _view: View) -> "SecretOut":
        """As this API writes it."""
        return cls(object="webhook_secret", secret=result.secret)


class MessageOut(Out):
    """A message; `payload` is the body as it is posted."""

    object: str
    id: str
    event_type: str
    sequence: int
    subject_id: str
    payload: dict[str, Any]
    created_at: int

    @classmethod
    def of(cls, row: WebhookMessage, _view: View) -> "MessageOut":
        """As this API writes it."""
        return cls(
            object="webhook_message",
            id=row.id,
            event_type=row.event_type,
            sequence=row.sequence,
            subject_id=row.subject_id,
            payload=msgspec.json.decode(row.body),
            created_at=millis(row.created_at),
        )


class AttemptOut(Out):
    """An attempt to deliver."""

    object: str
    id: str
    endpoint_id: str
    message_id: str
    event_type: str
    succeeded: bool
    status: int | None
    error: str | None
    duration_ms: int
    response_head: str
    attempted_at: int

    @classmethod
    def of(cls, row: WebhookAttempt, _view: View) -> "AttemptOut":
        """As this API writes it."""
        return cls(
            object="webhook_attempt",
            id=row.id,
            endpoint_id=row.endpoint_id,
            message_id=row.message_id,
            event_type=row.event_type,
            succeeded=row.is_success,
            status=row.status,
            error=row.error,
            duration_ms=row.duration_ms,
            response_head=row.response_head,
            attempted_at=millis(row.attempted_at),
        )


class ReplayedOut(Out):
    """How many messages are on their way once more."""

    object: str
    count: int

    @classmethod
    def of(cls, result: Replayed, _view: View) -> "ReplayedOut":
        """As this API writes it."""
        return cls(object="webhook_replay", count=result.count)


class TestOut(Out):
    """The example that an endpoint is sent."""

    object: str
    message_id: str
    endpoint_id: str
    event_type: str

    @classmethod
    def of(cls, result: WebhookTest, _view: View) -> "TestOut":
        """As this API writes it."""
        return cls(
            object="webhook_test",
            message_id=result.id,
            endpoint_id=result.endpoint_id,
            event_type=result.event_type,
        )


class CreateEndpoint(In):
    """What an endpoint is made of."""

    url: str
    description: str | UnsetType = UNSET
    event_types: list[str] | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class UpdateEndpoint(In):
    """What changes of an endpoint."""

    url: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    event_types: list[str] | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class RotateSecret(In):
    """How many seconds the secret before signs as well."""

    overlap_seconds: int | UnsetType = UNSET


class SendTest(In):
    """Of which event."""

    event_type: str | UnsetType = UNSET


class ReplayMessage(In):
    """To which endpoint."""

    endpoint_id: str


class ReplaySpan(In):
    """Of which span of time, in milliseconds; and whether what was taken is sent again too."""

    since: int
    until: int | UnsetType | None = UNSET
    with_delivered: bool | UnsetType = UNSET


def read_moment(given: int | None) -> datetime | None:
    """A moment from milliseconds. Raises: ValueError."""
    if given is None:
        return None
    try:
        return datetime.fromtimestamp(given / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("it must be a time in milliseconds since 1970") from None


ALL = "/webhooks/endpoints"
ONE = ALL + "/{endpoint_id}"
MESSAGES = "/webhooks/messages"
MESSAGE = MESSAGES + "/{message_id}"
FLAGS = {"enabled": "is_enabled"}
TIMES = {"since": read_moment, "until": read_moment}

CALLS = [
    Call("POST", "/webhooks/svix", webhooks.create_app, PortalOut, tag=TAG),
    Call("DELETE", "/webhooks/svix", webhooks.delete_app, status=204, tag=TAG),
    Call("POST", "/webhooks/svix_url", webhooks.get_app, PortalOut, tag=TAG),
    Call(
        "GET",
        ALL,
        webhooks.search_endpoints,
        Paged(EndpointOut),
        lists=Lists(orders={"created_at": "created_at"}),
        tag=TAG,
    ),
    Call(
        "POST",
        ALL,
        webhooks.create_endpoint,
        EndpointMadeOut,
        body=CreateEndpoint,
        names=FLAGS,
        tag=TAG,
    ),
    Call("GET", ONE, webhooks.get_endpoint, EndpointOut, tag=TAG),
    Call(
        "PATCH",
        ONE,
        webhooks.update_endpoint,
        EndpointOut,
        body=UpdateEndpoint,
        names=FLAGS,
        tag=TAG,
    ),
    Call("DELETE", ONE, webhooks.delete_endpoint, DeletedAs("webhook_endpoint"), tag=TAG),
    Call("GET", ONE + "/secret", webhooks.read_secret, SecretOut, tag=TAG),
    Call(
        "POST",
        ONE + "/secret/rotate",
        webhooks.rotate_secret,
        SecretOut,
        body=RotateSecret,
        is_body_optional=True,
        tag=TAG,
    ),
    Call(
        "POST", ONE + "/test", log.send_test, TestOut, body=SendTest, is_body_optional=True, tag=TAG
    ),
    Call("POST", ONE + "/replay", log.replay, ReplayedOut, body=ReplaySpan, reads=TIMES, tag=TAG),
    Call(
        "GET",
        MESSAGES,
        log.search_messages,
        Paged(MessageOut),
        lists=Lists(
            filters=(
                Param("event_type", "event_type"),
                Param("subject_id", "subject_id"),
                Param("created_at_after", "created_at", Op.GT, read_millis),
                Param("created_at_before", "created_at", Op.LT, read_millis),
            ),
            orders={"created_at": "created_at"},
        ),
        tag=TAG,
    ),
    Call("GET", MESSAGE, log.get_message, MessageOut, tag=TAG),
    Call("POST", MESSAGE + "/replay", log.replay_message, ReplayedOut, body=ReplayMessage, tag=TAG),
    Call(
        "GET",
        "/webhooks/attempts",
        log.search_attempts,
        Paged(AttemptOut),
        lists=Lists(
            filters=(
                Param("endpoint_id", "endpoint_id"),
                Param("message_id", "message_id"),
                Param("attempted_at_after", "attempted_at", Op.GT, read_millis),
                Param("attempted_at_before", "attempted_at", Op.LT, read_millis),
            ),
            orders={"attempted_at": "attempted_at"},
        ),
        tag=TAG,
    ),
]
