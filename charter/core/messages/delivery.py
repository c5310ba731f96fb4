"""Sends queued messages: what may pass is tried again, what will not is marked as failed."""

from charter.core.instances.model import Instance
from charter.core.keys.lookup import lookup
from charter.core.mail.kinds import PROVING
from charter.core.mail.model import MailDeferred, MailRefused, Message
from charter.core.messages import queries
from charter.core.messages.content import is_text_message, opened
from charter.core.messages.model import StoredMessage
from charter.kernel import jobs
from charter.kernel.platform import Platform


async def deliver(platform: Platform, job: jobs.ClaimedJob) -> None:
    """Send the message that a job names; one that was sent already is left alone.

    Its id is the reference of every attempt, so that a second copy is known as one.
    Raises: MailDeferred, so that the job is tried again; the last time the message has failed.
    """
    db = platform.database.reading(job.instance_id)
    row = await queries.find_queued(db, job.payload["message_id"])
    if row is None:
        return
    way = platform.texts if is_text_message(row) else platform.mail
    if way is None:
        await queries.update_captured(db, row.id)
        return
    # Read before the message is handed over: who it comes from is the owner's to say until then.
    instance = await lookup(platform).instance(job.instance_id)
    try:
        await way.send(_message(platform, row, instance), reference=row.id)
    except MailRefused as refused:
        await queries.update_failed(db, row.id, str(refused))
    except MailDeferred as deferred:
        if jobs.next_run(job.attempts, platform.clock()) is None:
            await queries.update_failed(db, row.id, str(deferred))
            return
        await queries.update_deferred(db, row.id, str(deferred))
        raise
    else:
        await queries.update_sent(db, row.id, platform.clock())


def _message(platform: Platform, row: StoredMessage, instance: Instance) -> Message:
    content = opened(platform, row)
    return Message(
        kind=row.kind,
        to=row.to_address,
        subject=content.subject,
        text=content.text,
        html=content.html,
        links=content.links,
        code=content.code,
        from_name=_from_name(instance, row.kind, content.from_name),
        reply_to_name=content.reply_to_name,
    )


def _from_name(instance: Instance, kind: str, chosen: str | None) -> str | None:
    """Whom mail of a kind comes from, as the owner of the instance says.

    chosen: by the template that it was written by.
    """
    settings = instance.settings.messages
    if settings.proves_as_operator and kind in PROVING:
        return None
    return chosen or settings.sender_name
