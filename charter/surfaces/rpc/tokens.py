"""Organization tokens, in the Organizations RPC."""

from msgspec import UNSET, UnsetType

from charter.core.organization_tokens import operations as organization_tokens
from charter.core.organization_tokens.model import OrganizationTokenMade, TokenEnvironment
from charter.surfaces.rpc.shapes import DEFAULTS, NAMES, OfOrganization
from charter.wire.call import Call, Out, View


class ApiTokenOut(Out):
    """A token with its secret."""

    key: str
    secret: str
    lastFour: str  # noqa: N815  # this API's spelling
    bearer: str


class TokenCreatedOut(Out):
    """A token just made."""

    apiToken: ApiTokenOut  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, made: OrganizationTokenMade, _view: View) -> "TokenCreatedOut":
        """As this API writes it."""
        return cls(
            apiToken=ApiTokenOut(
                key=made.token.key,
                secret=made.secret,
                lastFour=made.token.last_four,
                bearer=made.bearer,
            )
        )


class CreateToken(OfOrganization):
    """What the token is called, and what it is for."""

    name: str | UnsetType = UNSET
    env: TokenEnvironment | UnsetType = UNSET


CALLS = [
    Call(
        "POST",
        "/tokens/create",
        organization_tokens.create,
        TokenCreatedOut,
        body=CreateToken,
        names={**NAMES, "env": "environment"},
        defaults=DEFAULTS,
    ),
]
