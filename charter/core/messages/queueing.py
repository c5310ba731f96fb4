"""Queues messages: written and sealed in the operation's transaction, sent after it."""

import unicodedata
from typing import Any

from charter.core.instances.model import InstanceNotFound
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.mail.render import DEFAULT_LOCALE, render
from charter.core.messages import queries, texts
from charter.core.messages.content import TEXT_MESSAGE, sealed
from charter.core.messages.model import ID_PREFIX, MessageRow, Status
from charter.core.webhooks.model import WebhookDraft
from charter.core.webhooks.queries import insert_draft
from charter.kernel.operation import Context

SEND = "mail.send"


async def queue(
    ctx: Context, kind: str, to: str, *, locale: str | None = None, **facts: Any
) -> str:
    """Write a message to one person and ask for it to be sent once the operation is done.

    kind: a key of `mail.kinds.KINDS`, `sms_verification_code` or `sms_invitation`. Links are built
        from `ctx.platform.addresses`, never from a request.
    to: an address, or for a text message a number in E.164.
    Returns: the message's id.
    Raises: WrongFacts, UnsafeHeader, UnsafeLink: defects of the caller.
    """
    # Through the operation's own connection: a second one could starve the pool.
    instance = await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    is_text = kind.startswith(TEXT_MESSAGE)
    message = (
        texts.write(kind, to=to, application_name=instance.application_name, **facts)
        if is_text
        else render(
            kind,
            # Mail servers know the plain letters of an address, not their full-width doubles.
            to=unicodedata.normalize("NFKC", to),
            application_name=instance.application_name,
            locale=locale or DEFAULT_LOCALE,
            **facts,
        )
    )
    way = ctx.platform.texts if is_text else ctx.platform.mail
    status: Status = "captured" if way is None else "queued"
    message_id = ctx.new_id(ID_PREFIX)
    row = MessageRow(
        id=message_id,
        kind=kind,
        to_address=message.to,
        status=status,
        sealed_content=sealed(ctx.platform, ctx.actor.instance_id, message_id, message),
        error=None,
        created_at=ctx.now,
        sent_at=None,
        attempts=0,
    )
    await queries.insert_message(ctx.db, row)
    _keep_for_webhooks(ctx, row)
    if way is not None:
        ctx.defer(SEND, {"message_id": message_id})
    return message_id


def _keep_for_webhooks(ctx: Context, row: MessageRow) -> None:
    """Keep a copy for those who are told of messages: the row's own goes when it was sent."""
    assert row.sealed_content is not None  # noqa: S101  # sealed a moment ago
    insert_draft(
        ctx.db,
        WebhookDraft(
            row.id, row.kind, row.to_address, row.sealed_content, ctx.request.facts(), ctx.now
        ),
    )
