"""Says which second factors a person can be asked for."""

from charter.core.instances.model import Instance
from charter.core.second_factors.model import LastSecondFactor
from charter.core.users.model import User

BY_MAIL = frozenset({"email_code", "email_link"})
"""Second proofs that a mailbox can give."""


def is_totp_open(instance: Instance, user: User) -> bool:
    """Whether the person can show a code of an authenticator app."""
    attribute = instance.settings.attributes.authenticator_app
    return attribute.is_enabled and "totp" in attribute.second_factors and user.has_totp


def is_phone_code_open(instance: Instance, user: User) -> bool:
    """Whether the person can show a code sent by text message.

    Those who have it keep it where numbers are not in use any more: else they had one factor.
    """
    is_open = "phone_code" in instance.settings.attributes.phone_number.second_factors
    return is_open and any(number.is_second_factor for number in user.phone_numbers)


def open_by_mail(instance: Instance) -> frozenset[str]:
    """The strategies by which sign-ins may ask for a second proof by mail.

    Everybody has a mailbox, so it is no factor that a person has set up: it counts for the sign-in
    that asks for it, and nowhere else.
    """
    attribute = instance.settings.attributes.email_address
    return BY_MAIL & frozenset(attribute.second_factors if attribute.is_enabled else ())


def has_second_factor(instance: Instance, user: User) -> bool:
    """Whether the person can show a second factor; recovery codes stand in for one."""
    return is_totp_open(instance, user) or is_phone_code_open(instance, user)


def is_backup_code_open(instance: Instance, user: User) -> bool:
    """Whether a recovery code can stand in for the person's second factor."""
    attribute = instance.settings.attributes.backup_code
    is_open = attribute.is_enabled and "backup_code" in attribute.second_factors
    return is_open and user.has_backup_codes and has_second_factor(instance, user)


def check_not_last(instance: Instance, left: User) -> None:
    """Refuse to leave a user without a second factor where everybody needs one.

    left: the user as they would be.
    Raises: LastSecondFactor.
    """
    if instance.settings.sign_in.requires_second_factor and not has_second_factor(instance, left):
        raise LastSecondFactor
