"""Makes a password ready to be kept; shared by all operations that set one."""

from collections.abc import Collection

from charter.core.instances.model import Instance
from charter.core.passwords import hashers, policy
from charter.core.passwords.errors import (
    PasswordCommon,
    PasswordContainsWord,
    PasswordDigestInvalid,
    PasswordHasherUnknown,
    PasswordTooLong,
    PasswordTooShort,
)
from charter.core.passwords.model import GivenPassword, Password
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.operation import Context

SETTING_ERRORS = (
    PasswordTooShort,
    PasswordTooLong,
    PasswordCommon,
    PasswordContainsWord,
    PasswordHasherUnknown,
    PasswordDigestInvalid,
)
"""What setting a password may raise, beyond the errors of any input."""


async def ready(
    ctx: Context,
    instance: Instance,
    user_id: str,
    given: GivenPassword,
    words: Collection[str],
) -> Password | None:
    """The password as it is kept; None where none was given. Call it before any statement.

    words: the user's own names and addresses; the application's name is added.
    Raises: SETTING_ERRORS; InvalidInput, for a password and a digest at once; MissingInput, for a
        digest without its hasher; Busy, when too many are being hashed.
    """
    if given.password is None and given.password_digest is None:
        return None
    if given.password is not None and given.password_digest is not None:
        raise InvalidInput("password_digest", reason="a password was given as well")
    if given.password_digest is not None:
        if not given.password_hasher:
            raise MissingInput("password_hasher", reason="a digest needs its hasher")
        hashers.check_digest(given.password_hasher, given.password_digest)
        return Password(
            user_id=user_id,
            hasher=given.password_hasher,
            password_digest=given.password_digest,
            is_compromised=False,
            updated_at=ctx.now,
        )
    password = str(given.password)
    if given.skip_password_checks:
        # Checks of strength alone are skipped: an empty password is none, a huge one is an attack.
        if not 1 <= len(password) <= policy.MAXIMUM_LENGTH:
            raise InvalidInput("password", reason="it must have 1 to 1024 characters")
    else:
        policy.check(
            password,
            minimum_length=instance.settings.password_minimum_length,
            words=(*words, instance.application_name),
        )
        is_asked = instance.settings.password_checks_breaches
        breaches = ctx.platform.breaches if is_asked else None
        if breaches is not None and await breaches.is_known(password):
            raise PasswordCommon("password")
    digest = await ctx.work.run(hashers.hash_new, password)
    return Password(user_id, hashers.NEW_HASHER, digest, is_compromised=False, updated_at=ctx.now)
