"""Arguments for the operations that change an instance's settings."""

from collections.abc import Callable
from typing import Any

from charter.core.instances.patches import (
    AuthenticationPatch,
    InstancePatch,
    MessagesPatch,
    OAuthPatch,
    OrganizationsPatch,
    ProtectionPatch,
    RestrictionsPatch,
)
from tests.cast import Cast


def patch(made: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda _: {"patch": made}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "instances.update": patch(InstancePatch(support_email="help@example.com")),
    "instances.update_authentication": patch(AuthenticationPatch(sender_name="hello")),
    "instances.update_messages": patch(MessagesPatch(["FR"])),
    "instances.update_oauth": patch(OAuthPatch(has_jwt_access_tokens=True)),
    "instances.update_organizations": patch(OrganizationsPatch(max_allowed_memberships=7)),
    "instances.update_protection": patch(ProtectionPatch(limits_addresses=True)),
    "instances.update_restrictions": patch(RestrictionsPatch(has_blocklist=True)),
}
