"""Writes text messages for phones."""

from html import escape
from typing import Any

from charter.core.mail.model import Message, one_line

NAME_LENGTH = 40
INVITATION = "sms_invitation"
"""The kind that carries the `action_url` of the app instead of a code."""


def write(
    kind: str, *, to: str, application_name: str, code: str | None = None, **facts: Any
) -> Message:
    """Write a text message that carries a code, or says where one may sign up now.

    to: a number in E.164. Facts that mail tells and a short text cannot are left out.
    """
    name = one_line(application_name)[:NAME_LENGTH]
    url = facts["action_url"] if kind == INVITATION else None
    text = f"{code} is your {name} verification code. Do not share it."
    if url is not None:
        text = f"You can sign up at {name} now: {url}"
    return Message(
        kind=kind,
        to=to,
        subject=f"Text message to {to}",
        text=text + "\n",
        html=f"<p>{escape(text)}</p>",
        links=(url,) if url else (),
        code=code,
    )
