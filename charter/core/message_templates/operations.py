"""What can be done with message templates."""

import dataclasses
import hashlib
from typing import Any

from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.message_templates import queries, wording
from charter.core.message_templates.catalog import Slot, slot_of, slots_of
from charter.core.message_templates.model import (
    MAX_MARKUP,
    MAX_NAME,
    ChangedTemplate,
    MessageTemplate,
    MessageTemplateNotFound,
    MessageTemplatePatch,
    MessageTemplateReverted,
    MessageTemplateRow,
    MessageTemplateUnchanged,
    MessageTemplateUpdated,
    Preview,
    TemplateTextInvalid,
    TemplateTypeUnknown,
    TemplateVariableMissing,
    TriedTexts,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed

FINDING = (MessageTemplateNotFound, TemplateTypeUnknown)
OF_MAIL = ("subject", "markup", "from_name", "reply_to_name")


@operation(
    "message_templates.search",
    permission=Permission.INSTANCE_READ,
    raises=(TemplateTypeUnknown,),
    writes=False,
)
async def search(ctx: Context, template_type: str, search: Search) -> Found[MessageTemplate]:
    """List the templates of mails or of text messages, in their order.

    Raises: TemplateTypeUnknown.
    Source: Clerk BAPI 2025-11-10, GetTemplateList.
    """
    await ctx.allow()
    every = slots_of(template_type)
    ids = [slot.id for slot in every]
    start = search.offset
    if search.after is not None:
        start += ids.index(search.after) + 1 if search.after in ids else len(ids)
    page = every[start : start + search.limit]
    instance = await instance_of(ctx)
    rows = await queries.search_changed(ctx.db, [slot.id for slot in page])
    items = tuple(_template(slot, rows.get(slot.id), instance) for slot in page)
    return Found(items, len(every) if search.with_total else None)


@operation(
    "message_templates.get", permission=Permission.INSTANCE_READ, raises=FINDING, writes=False
)
async def get(ctx: Context, template_type: str, slug: str) -> MessageTemplate:
    """Read a template: as the app has changed it, or as it comes with the server.

    Raises: TemplateTypeUnknown; MessageTemplateNotFound.
    Source: Clerk BAPI 2025-11-10, GetTemplate.
    """
    await ctx.allow()
    slot = slot_of(template_type, slug)
    row = await queries.find_changed(ctx.db, slot.id)
    return _template(slot, row, await instance_of(ctx))


@operation(
    "message_templates.update",
    permission=Permission.INSTANCE_MANAGE,
    raises=(*FINDING, TemplateTextInvalid, TemplateVariableMissing),
)
async def update(
    ctx: Context, template_type: str, slug: str, patch: MessageTemplatePatch
) -> MessageTemplate:
    """Change what messages of one kind say, from the next one on and in every language.

    Raises: TemplateTypeUnknown; MessageTemplateNotFound; TemplateTextInvalid, for a text that is
        not of the language of templates, names what there is not or would be too long;
        TemplateVariableMissing, for a body that may leave out what the message is for.
    Announces: MessageTemplateUpdated.
    Source: Clerk BAPI 2025-11-10, UpsertTemplate.
    """
    await ctx.allow()
    slot = slot_of(template_type, slug)
    instance = await instance_of(ctx)
    changes = _checked(slot, changed(patch))
    # Off the event loop, and before the first statement: nobody else waits for a long text.
    texts = {name: changes[name] for name in ("subject", "body") if changes.get(name) is not None}
    await ctx.platform.work.run(_check_texts, slot, _app(ctx, instance), texts)
    return await _change(ctx, slot, instance, changes)


@operation(
    "message_templates.revert",
    permission=Permission.INSTANCE_MANAGE,
    raises=(*FINDING, MessageTemplateUnchanged),
)
async def revert(ctx: Context, template_type: str, slug: str) -> MessageTemplate:
    """Take back all that the app has changed of a template: the server's texts are sent again.

    Raises: TemplateTypeUnknown; MessageTemplateNotFound; MessageTemplateUnchanged, when there is
        nothing to take back.
    Announces: MessageTemplateReverted.
    Source: Clerk BAPI 2025-11-10, RevertTemplate.
    """
    await ctx.allow()
    slot = slot_of(template_type, slug)
    before = await queries.delete_changed(ctx.db, slot.id)
    if before is None:
        raise MessageTemplateUnchanged
    ctx.announce(MessageTemplateReverted(before=_told(before)))
    return _template(slot, None, await instance_of(ctx))


@operation(
    "message_templates.preview",
    permission=Permission.INSTANCE_READ,
    raises=(*FINDING, TemplateTextInvalid, TemplateVariableMissing),
    writes=False,
)
async def preview(ctx: Context, template_type: str, slug: str, tried: TriedTexts) -> Preview:
    """Write a message by given texts, or by those of the template, with sample facts.

    Of the app itself it says what is true; all else is made up, the same each time.
    Raises: TemplateTypeUnknown; MessageTemplateNotFound; TemplateTextInvalid and
        TemplateVariableMissing, as `message_templates.update`.
    Source: Clerk BAPI 2025-11-10, PreviewTemplate.
    """
    await ctx.allow()
    slot = slot_of(template_type, slug)
    given = {name: value for name, value in changed(tried).items() if value is not None}
    changes = _checked(slot, given)
    row = await queries.find_changed(ctx.db, slot.id)
    app = _app(ctx, await instance_of(ctx))
    texts = {name: changes[name] for name in ("subject", "body") if name in changes}
    kept = {} if row is None else dataclasses.asdict(row)
    made = await ctx.platform.work.run(
        _check_texts,
        slot,
        app,
        {name: texts.get(name, kept.get(name)) for name in ("subject", "body")},
    )
    return Preview(
        slot.template_type,
        slot.slug,
        made.html if slot.is_mail else made.text.strip(),
        subject=made.subject if slot.is_mail else None,
        body_plain=made.text if slot.is_mail else None,
        from_name=changes.get("from_name", kept.get("from_name")),
        reply_to_name=changes.get("reply_to_name", kept.get("reply_to_name")),
    )


@operation(
    "message_templates.toggle_delivery", permission=Permission.INSTANCE_MANAGE, raises=FINDING
)
async def toggle_delivery(
    ctx: Context, template_type: str, slug: str, is_delivered_here: bool | None = None
) -> MessageTemplate:
    """Say who delivers the messages of a template from the next one on: the server, or the app.

    Messages that the app delivers are announced as all are, and kept until they are fetched, for
    as long as one would be tried to be sent.
    is_delivered_here: left out or null, it becomes the other.
    Raises: TemplateTypeUnknown; MessageTemplateNotFound.
    Announces: MessageTemplateUpdated.
    Source: Clerk BAPI 2025-11-10, ToggleTemplateDelivery.
    """
    await ctx.allow()
    slot = slot_of(template_type, slug)
    instance = await instance_of(ctx)
    return await _change(ctx, slot, instance, {"is_delivered_here": is_delivered_here}, turns=True)


async def _change(
    ctx: Context,
    slot: Slot,
    instance: Instance,
    changes: dict[str, Any],
    *,
    turns: bool = False,
) -> MessageTemplate:
    """Write changes of a template. turns: who delivers becomes the other where that is None."""
    before = await queries.lock_changed(ctx.db, slot.id)
    known = before or _unchanged(ctx, slot)
    ctx.expect(instance.updated_at if before is None else before.updated_at)
    if "is_delivered_here" in changes and changes["is_delivered_here"] is None:
        changes["is_delivered_here"] = not known.is_delivered_here if turns else True
    after = dataclasses.replace(known, **changes, updated_at=ctx.now)
    await queries.save(ctx.db, before, after)
    told_before = None if before is None else _told(before)
    ctx.announce(MessageTemplateUpdated(_told(after), before=told_before))
    return _template(slot, after, instance)


def _checked(slot: Slot, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes with all but the texts checked. Raises: InvalidInput; TemplateTextInvalid."""
    made = dict(changes)
    for name in OF_MAIL:
        if made.get(name) and not slot.is_mail:
            raise InvalidInput(name, reason="it is for templates of mails")
    for name in ("from_name", "reply_to_name"):
        if name in made:
            made[name] = wording.checked_local_part(made[name] or "", name)
    for name, most in (("name", MAX_NAME), ("markup", MAX_MARKUP)):
        if made.get(name) is not None:
            made[name] = wording.checked_words(made[name], name, most) or None
    if not slot.is_mail and "subject" in made:
        made["subject"] = None
    return made


def _check_texts(slot: Slot, app: Any, texts: dict[str, str | None]) -> Any:
    """Check texts and write a message by them, in a worker.

    Raises: TemplateTextInvalid; TemplateVariableMissing.
    """
    subject, body = texts.get("subject"), texts.get("body")
    if subject is not None:
        wording.checked_subject(slot, subject)
    if body is not None:
        wording.checked_body(slot, body)
    return wording.preview(slot, app, subject, body)


def _app(ctx: Context, instance: Instance) -> Any:
    return wording.app_of(ctx.platform, instance)


def _unchanged(ctx: Context, slot: Slot) -> MessageTemplateRow:
    return MessageTemplateRow(
        id=slot.id,
        name=None,
        subject=None,
        markup=None,
        body=None,
        from_name=None,
        reply_to_name=None,
        is_delivered_here=True,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _template(slot: Slot, row: MessageTemplateRow | None, instance: Instance) -> MessageTemplate:
    """A template as it is now: what the app has changed over what the server comes with."""
    return MessageTemplate(
        id=slot.id,
        template_type=slot.template_type,
        slug=slot.slug,
        name=(row and row.name) or slot.name,
        position=slot.position,
        is_own=row is not None,
        subject=(row and row.subject) or slot.subject,
        markup=(row and row.markup) or "",
        body=(row and row.body) or slot.body,
        available_variables=slot.available,
        required_variables=slot.required,
        from_name=None if row is None else row.from_name,
        reply_to_name=None if row is None else row.reply_to_name,
        is_delivered_here=row is None or row.is_delivered_here,
        created_at=(row or instance).created_at,
        updated_at=(row or instance).updated_at,
    )


def _told(row: MessageTemplateRow) -> ChangedTemplate:
    """What the log keeps of a change: texts can be long, and are there to be read."""
    return ChangedTemplate(
        id=row.id,
        name=row.name,
        subject=row.subject,
        from_name=row.from_name,
        reply_to_name=row.reply_to_name,
        is_delivered_here=row.is_delivered_here,
        body_sha256=_sum(row.body),
        markup_sha256=_sum(row.markup),
    )


def _sum(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()
