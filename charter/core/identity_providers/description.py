"""What is to be known of a provider: where it answers, how it names things, what is odd there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CLAIMS: Mapping[str, str] = {
    "subject": "sub",
    "email": "email",
    "email_verified": "email_verified",
    "first_name": "given_name",
    "last_name": "family_name",
    "username": "preferred_username",
    "image_url": "picture",
}
"""Our word → where OpenID Connect has it. Source: OpenID Connect Core 1.0, section 5.1."""

EVERYWHERE = ("*",)
"""Trusted for addresses of every domain."""


@dataclass(frozen=True, slots=True)
class AddressList:
    """A list of addresses that a provider gives apart from the profile.

    items: where the list stands in the answer; empty: the answer is the list. The rest names what
    an entry says.
    """

    url: str
    items: str = ""
    email: str = "email"
    is_primary: str = "primary"
    is_verified: str = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A provider.

    issuer: who signs its ID tokens; `{tid}` in it is the token's own claim of that name. Without
        `jwks_url` there is no ID token, and the profile is asked for.
    claims: our word → the path in the profile, its steps parted by dots. A provider without
        `email_verified` never proves an address.
    profile_within: where in the token's answer the profile stands, for one that has it there.
    is_true: the values by which the provider says that an address is verified.
    has_pkce, has_nonce: whether it takes and gives them back; PKCE is harmless where it is not
        known, unless the provider refuses unknown parameters.
    authentication: how our secret is sent to `exchange_url`.
    trusted_domains: those whose addresses it is believed about when accounts are put together.
    """

    name: str
    authorize_url: str
    exchange_url: str
    scopes: tuple[str, ...]
    issuer: str
    jwks_url: str | None = None
    userinfo_url: str | None = None
    claims: Mapping[str, str] = field(default_factory=lambda: CLAIMS)
    addresses: AddressList | None = None
    profile_within: str | None = None
    is_true: tuple[object, ...] = (True,)
    parameters: Mapping[str, str] = field(default_factory=dict)
    has_pkce: bool = True
    has_nonce: bool = True
    authentication: str = "post"
    sends_json: bool = False
    posts_for_userinfo: bool = False
    signs_secret: bool = False
    """Whether the secret is a key that signs one, in the form of `outside.identity.apple`."""
    trusted_domains: tuple[str, ...] = ()
