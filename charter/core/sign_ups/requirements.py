"""What an instance asks of a new person, and what of it is missing or not proven yet."""

from charter.core.checks.model import Check
from charter.core.instances.model import Instance
from charter.core.instances.settings import Attribute
from charter.core.sign_ups.model import Requirements, SignUp, SignUpStatus
from charter.kernel.errors import MissingInput

FIELDS = (
    "email_address",
    "phone_number",
    "username",
    "web3_wallet",
    "first_name",
    "last_name",
    "password",
)
CHECKS = {
    "email_address": "email_check",
    "phone_number": "phone_check",
    "web3_wallet": "web3_check",
}
IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet")
LEGAL = "legal_accepted"
CUSTOM_ACTION = "custom_action"
WALLET = "web3_wallet"
"""A wallet is worth nothing without its proof: nobody can be reached by it."""


def requirements(instance: Instance, sign_up: SignUp) -> Requirements:
    """What is asked of this sign-up, by the names of the wire.

    A password is not asked of who comes with an account elsewhere or signs in by a wallet.
    """
    settings = instance.settings
    required: list[str] = []
    optional: list[str] = []
    for name in FIELDS:
        attribute: Attribute = getattr(settings.attributes, name)
        is_spared = name == "password" and _has_other_factor(sign_up)
        if attribute.is_enabled:
            (required if attribute.is_required and not is_spared else optional).append(name)
    if settings.sign_up.requires_legal_consent:
        required.append(LEGAL)
    if settings.sign_up.requires_custom_action:
        required.append(CUSTOM_ACTION)
    if sign_up.status is SignUpStatus.COMPLETE:
        # Not all that was given is kept: a password's digest is its user's alone.
        return Requirements(tuple(required), tuple(optional), (), ())
    missing = [name for name in required if not is_given(sign_up, name)]
    if not any(is_given(sign_up, name) for name in IDENTIFIERS):
        # Somebody whom nothing identifies could never come back.
        missing += [name for name in _identifiers(instance) if name not in missing][:1]
    unverified = [
        name
        for name, check in CHECKS.items()
        if is_given(sign_up, name)
        and (getattr(settings.attributes, name).is_verified_at_sign_up or name == WALLET)
        and not _is_verified(getattr(sign_up, check))
    ]
    return Requirements(tuple(required), tuple(optional), tuple(missing), tuple(unverified))


def check_whole(instance: Instance, sign_up: SignUp) -> None:
    """Refuse a beginning that lacks something, where nothing may be given later.

    What the app's own server has to do comes later all the same. Raises: MissingInput.
    """
    if instance.settings.sign_up.is_progressive:
        return
    for name in requirements(instance, sign_up).missing:
        if name != CUSTOM_ACTION:
            raise MissingInput(name, reason="it is required")


def is_given(sign_up: SignUp, name: str) -> bool:
    """Whether a field was given, by the person or, of their own part, by the app's server."""
    if name == "password":
        return sign_up.password_digest is not None
    if name == LEGAL:
        return sign_up.legal_accepted_at is not None
    if name == CUSTOM_ACTION:
        return sign_up.has_custom_action
    return bool(getattr(sign_up, name))


def _identifiers(instance: Instance) -> list[str]:
    attributes = instance.settings.attributes
    return [name for name in IDENTIFIERS if getattr(attributes, name).is_enabled]


def _has_other_factor(sign_up: SignUp) -> bool:
    return sign_up.external_account is not None or _is_verified(sign_up.web3_check)


def _is_verified(check: Check | None) -> bool:
    return check is not None and check.is_verified
