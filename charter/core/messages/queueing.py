"""Queues messages: written and sealed in the operation's transaction, sent after it."""

import unicodedata
from dataclasses import replace
from typing import Any

from charter.core.instances.origins import app_url
from charter.core.mail.kinds import ACCOUNT, KINDS, REQUEST, TEXT_KINDS, Kind
from charter.core.mail.model import Message
from charter.core.mail.render import DEFAULT_LOCALE, render, render_text
from charter.core.message_templates.catalog import OF_KIND
from charter.core.message_templates.queries import Writing, find_writing
from charter.core.message_templates.wording import app_of, mail_texts, short_text
from charter.core.messages import queries
from charter.core.messages.content import TEXT_MESSAGE, sealed
from charter.core.messages.model import (
    ID_PREFIX,
    AnnouncedMessage,
    MailCreated,
    MessageRow,
    Status,
    TextMessageCreated,
)
from charter.core.sessions.activity import activity
from charter.core.webhooks.model import WebhookDraft
from charter.core.webhooks.queries import insert_draft
from charter.kernel.actor import ActorKind
from charter.kernel.operation import Context

SEND = "mail.send"
# Callers whose request is the reader's own, so that its address and browser are worth telling.
THEMSELVES = frozenset({ActorKind.ANONYMOUS, ActorKind.BROWSER, ActorKind.USER})


async def queue(
    ctx: Context, kind: str, to: str, *, locale: str | None = None, **facts: Any
) -> str:
    """Write a message to one person and ask for it to be sent once the operation is done.

    It is written by the app's own texts where there are some, and left for the app to deliver
    where it says so.
    kind: a key of `mail.kinds.KINDS` or of `TEXT_KINDS`. Links are built from
        `ctx.platform.addresses`, never from a request.
    to: an address, or for a text message a number in E.164.
    Returns: the message's id.
    Raises: WrongFacts, UnsafeHeader, UnsafeLink: defects of the caller.
    Announces: MailCreated or TextMessageCreated.
    """
    slot = OF_KIND.get(kind)
    # Through the operation's own connection: a second one could starve the pool. In one statement
    # with the instance, and unremembered: a changed text is what the next message says.
    writing = await find_writing(ctx.db, slot.id if slot else "")
    is_text = kind.startswith(TEXT_MESSAGE)
    facts = _known(ctx, kind, to) | facts
    if is_text:
        message = _text(ctx, writing, kind, to, facts)
    else:
        message = _mail(ctx, writing, kind, to, {"locale": locale or DEFAULT_LOCALE, **facts})
    way = ctx.platform.texts if is_text else ctx.platform.mail
    is_ours = writing.is_delivered_here is not False
    status: Status = "captured" if way is None else "queued"
    message_id = ctx.new_id(ID_PREFIX)
    row = MessageRow(
        id=message_id,
        kind=kind,
        to_address=message.to,
        status=status if is_ours else "handed_over",
        sealed_content=sealed(ctx.platform, ctx.actor.instance_id, message_id, message),
        error=None,
        created_at=ctx.now,
        sent_at=None,
        attempts=0,
    )
    await queries.insert_message(ctx.db, row)
    if is_ours and way is not None:
        ctx.defer(SEND, {"message_id": message_id})
    told = AnnouncedMessage(message_id, slot.slug if slot else kind, message.to, is_ours)
    ctx.announce(TextMessageCreated(told) if is_text else MailCreated(told))
    _keep_for_webhooks(ctx, row, told)
    return message_id


def _keep_for_webhooks(ctx: Context, row: MessageRow, told: AnnouncedMessage) -> None:
    """Keep a copy for those who are told of messages: the row's own goes when it was sent."""
    assert row.sealed_content is not None  # noqa: S101  # sealed a moment ago
    draft = WebhookDraft(
        id=row.id,
        kind=row.kind,
        slug=told.slug,
        to_address=row.to_address,
        is_delivered_here=told.is_delivered_here,
        sealed_content=row.sealed_content,
        request=ctx.request.facts(),
        created_at=ctx.now,
    )
    insert_draft(ctx.db, draft)


def _mail(ctx: Context, writing: Writing, kind: str, to: str, facts: dict[str, Any]) -> Message:
    app = app_of(ctx.platform, writing)
    slot = OF_KIND.get(kind)
    texts = (writing.subject, writing.body)
    own = mail_texts(slot, *texts, locale=facts["locale"]) if slot else None
    message = render(
        kind,
        # Mail servers know the plain letters of an address, not their full-width doubles.
        to=unicodedata.normalize("NFKC", to),
        application_name=app.name,
        logo_url=app.logo_url,
        accent_colour=app.accent,
        app_url=app.url,
        support_email=app.support_email,
        own=own,
        **facts,
    )
    return replace(message, from_name=writing.from_name, reply_to_name=writing.reply_to_name)


def _text(ctx: Context, writing: Writing, kind: str, to: str, facts: dict[str, Any]) -> Message:
    return render_text(
        kind,
        to=to,
        application_name=writing.application_name,
        app_url=app_url(writing, ctx.platform.addresses),
        own=short_text(writing.body),
        **facts,
    )


def _known(ctx: Context, kind: str, to: str) -> dict[str, Any]:
    """What the operation itself knows: when it is, to whom it is written, and who asked."""
    facts = (KINDS.get(kind) or TEXT_KINDS.get(kind) or Kind()).facts
    known: dict[str, Any] = {"written_at": ctx.now}
    if facts >= ACCOUNT:
        known["primary_email_address"] = to
    if facts >= REQUEST and ctx.actor.kind in THEMSELVES:
        used = activity("", ctx.request.user_agent, ctx.request.address)
        names = [used[name] for name in ("browser_name", "device_type") if name in used]
        known["requested_from"] = used.get("ip_address")
        known["requested_by"] = " on ".join(names) or None
    return known
