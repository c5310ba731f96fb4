"""Takes session tokens back: the one place that says which tokens are session tokens."""

from datetime import datetime
from typing import Any

from charter.core.instances.model import Instance
from charter.core.keys.lookup import SigningKeys
from charter.kernel.tokens import Category, Typ, verify


def read_session_token(
    token: str, instance: Instance, keys: SigningKeys, now: datetime
) -> dict[str, Any]:
    """The claims of a session token that this instance signed and that holds at a moment.

    Whether its session is alive is another question.
    Raises: TokenRefused.
    """
    return verify(
        token,
        keys.public,
        typ=Typ.JWT,
        issuer=instance.issuer,
        now=now,
        categories=(Category.SESSION,),
    )
