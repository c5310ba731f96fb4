"""The kinds of message there are, and the facts each one tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """What the writer of a message must say, and what it may.

    required, may_have: names of facts. One that ends in `_name` was chosen by a person and is
    shown as such; `_at` is an aware time; `_url` is a link built from a configured host.
    link: the name that the text of the message has for its `action_url`.
    unknown: names that texts from elsewhere may hold, and that stand for nothing here.
    """

    required: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()
    link: str = "action_url"
    unknown: tuple[str, ...] = ()

    @property
    def facts(self) -> frozenset[str]:
        """Every fact that it may be told."""
        return self.required | self.may_have | COMMON


# What every kind may say: how to address the reader, and when it was written.
COMMON = frozenset({"recipient_name", "written_at"})
# From where something was asked for; where the caller is the app's server, that is not known.
REQUEST = frozenset({"requested_from", "requested_by"})
ACCOUNT = frozenset({"primary_email_address"})

_CODE = Kind(required=frozenset({"code", "expires_in_minutes"}), may_have=REQUEST)
_LINK = Kind(
    required=frozenset({"action_url", "expires_in_minutes"}), may_have=REQUEST, link="magic_link"
)
_INVITATION = Kind(
    required=frozenset({"action_url"}),
    may_have=frozenset({"inviter_name", "expires_at", "invitation_metadata"}),
)
_PASSKEY = Kind(required=frozenset({"passkey_name"}), may_have=ACCOUNT)

PROVING = frozenset(
    {
        "account_proof_link",
        "account_reset_link",
        "account_sign_in_link",
        "magic_link",
        "organization_domain_code",
        "reset_password_code",
        "sign_up_link",
        "verification_code",
        "verification_link",
    }
)
"""Kinds that prove something, by a code or a link: the reader waits for them."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "invitation": _INVITATION,
        "waitlist_invitation": _INVITATION,
        "waitlist_confirmation": Kind(),
        "organization_invitation": Kind(
            required=frozenset({"action_url", "organization_name"}),
            may_have=_INVITATION.may_have | {"role_name"},
        ),
        "verification_code": _CODE,
        "reset_password_code": _CODE,
        "magic_link": _LINK,
        "sign_up_link": _LINK,
        "verification_link": _LINK,
        "account_sign_in_link": _LINK,
        "account_reset_link": _LINK,
        "account_proof_link": _LINK,
        "organization_domain_code": Kind(
            required=_CODE.required | {"organization_name", "domain_name"}, may_have=REQUEST
        ),
        "password_changed": Kind(
            required=frozenset({"changed_at"}),
            may_have=ACCOUNT | {"requested_from", "action_url"},
        ),
        "password_removed": Kind(may_have=ACCOUNT),
        "primary_email_address_changed": Kind(
            required=frozenset({"changed_at", "new_address"}),
            may_have=ACCOUNT | {"requested_from", "action_url"},
        ),
        "account_locked": Kind(
            may_have=ACCOUNT | {"locked_until_at", "failed_attempts", "action_url"},
        ),
        "new_device_sign_in": Kind(
            may_have=ACCOUNT | {"browser_name", "system_name", "ip_address", "signed_in_at"},
            unknown=("location", "sign_in_method", "revoke_session_url"),
        ),
        "passkey_added": _PASSKEY,
        "passkey_removed": _PASSKEY,
        "notice": Kind(
            required=frozenset({"subject", "paragraphs"}),
            may_have=frozenset({"heading", "action_url", "action_label"}),
        ),
    }
)

TEXT_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "sms_verification_code": _CODE,
        "sms_reset_password_code": _CODE,
        "sms_invitation": Kind(required=frozenset({"action_url"})),
    }
)
"""The kinds that go to phones."""
