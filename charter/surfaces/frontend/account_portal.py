"""What pages of ours an instance has, in the Frontend API."""

from typing import Any

from charter.core.instances import operations as instances
from charter.core.instances.model import Described
from charter.wire.call import Call, Out, View

COLORS = (
    "background_color_dark",
    "background_color_light",
    "primary_color_dark",
    "primary_color_light",
)


class AccountPortalOut(Out):
    """Where people go on to from our pages, and how those look."""

    object: str
    allowed: bool
    enabled: bool
    internal_linking: bool
    after_sign_in_url: str
    after_sign_up_url: str
    after_join_waitlist_url: str
    after_create_organization_url: str
    after_leave_organization_url: str
    logo_link_url: str
    customization: dict[str, Any]

    @classmethod
    def of(cls, result: Described, _view: View) -> "AccountPortalOut":
        """As this API writes it."""
        color = result.instance.settings.branding.primary_color
        colors = dict.fromkeys(COLORS) | {"primary_color_light": color}
        return cls(
            object="account_portal",
            allowed=True,
            enabled=True,
            internal_linking=True,
            after_sign_in_url=result.app_url,
            after_sign_up_url=result.app_url,
            after_join_waitlist_url=result.app_url,
            after_create_organization_url=result.app_url,
            after_leave_organization_url=result.app_url,
            logo_link_url=result.app_url,
            customization={"appearance": "auto", **colors},
        )


CALLS = [Call("GET", "/account_portal", instances.describe, AccountPortalOut, tag="Environment")]
