"""Arguments for the operations of message templates."""

from collections.abc import Callable
from typing import Any

from charter.core.message_templates.model import MessageTemplatePatch, TriedTexts
from charter.kernel.lists import Search
from tests.cast import Cast


def template(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda _: {"template_type": "email", "slug": "verification_code", **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "message_templates.get": template(),
    "message_templates.preview": template(tried=TriedTexts()),
    "message_templates.revert": template(),
    "message_templates.search": lambda _: {"template_type": "email", "search": Search()},
    "message_templates.toggle_delivery": template(),
    "message_templates.update": template(patch=MessageTemplatePatch(name="Ours")),
}
"""Every operation, with what makes its arguments."""
