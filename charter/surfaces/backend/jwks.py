"""The public keys of an instance in the Backend API."""

from charter.core.keys import operations as keys
from charter.wire.call import Call, Out, View


class JwksOut(Out):
    """A key set of RFC 7517."""

    keys: list[dict[str, str]]

    @classmethod
    def of(cls, result: tuple[dict[str, str], ...], _view: View) -> "JwksOut":
        """As this API writes it."""
        return cls(keys=list(result))


CALLS = [Call("GET", "/jwks", keys.jwks, JwksOut, tag="JWKS")]
