"""Writes text messages for phones."""

from html import escape
from typing import Any

from charter.core.mail.model import Message, one_line

NAME_LENGTH = 40


def write(kind: str, *, to: str, application_name: str, code: str, **_facts: Any) -> Message:
    """Write a text message that carries a code.

    to: a number in E.164. Facts that mail tells and a short text cannot are left out.
    """
    name = one_line(application_name)[:NAME_LENGTH]
    text = f"{code} is your {name} verification code. Do not share it."
    return Message(
        kind=kind,
        to=to,
        subject=f"Text message to {to}",
        text=text + "\n",
        html=f"<p>{escape(text)}</p>",
        code=code,
    )
