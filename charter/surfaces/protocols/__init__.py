"""What the RFCs say to serve, at the paths they name."""

from typing import Any

from charter.core.oauth_authorizations.account_minting import MOUNT
from charter.kernel.platform import Platform
from charter.surfaces.protocols import account_keys, account_oauth, oauth
from charter.surfaces.protocols.discovery import Metadata
from charter.surfaces.protocols.jwks import KeySet
from charter.wire.serving import Limits


def accounts_routes(platform: Platform, limits: Limits) -> list[tuple[str, Any]]:
    """Path and resource below the Accounts API, where a client's id tells the instance."""
    resources = {
        "/.well-known/jwks.json": account_keys.KeySet(platform),
        "/.well-known/openid-configuration": account_keys.Discovery(platform),
        "/.well-known/oauth-authorization-server": account_keys.Discovery(platform),
        "/oauth2/authorize": account_oauth.Authorize(platform, limits),
        "/oauth2/token": account_oauth.Token(platform, limits),
        "/oauth2/device": account_oauth.Device(platform, limits),
        "/oauth2/device_authorization": account_oauth.DeviceAuthorization(platform, limits),
        "/oauth2/userinfo": account_oauth.UserInfo(platform, limits),
        "/oauth2/introspect": account_oauth.Introspect(platform, limits),
        "/oauth2/revoke": account_oauth.Revoke(platform, limits),
    }
    return [(MOUNT + path, resource) for path, resource in resources.items()]


def routes(platform: Platform, limits: Limits) -> list[tuple[str, Any]]:
    """Path and resource. The instance is that of the host, or named in the path."""
    resources = {
        "/.well-known/jwks.json": KeySet(platform),
        "/.well-known/oauth-authorization-server": Metadata(platform, is_openid=False),
        "/.well-known/openid-configuration": Metadata(platform, is_openid=True),
        "/oauth/authorize": oauth.Authorize(platform, limits),
        "/oauth/register": oauth.Register(platform, limits),
        "/oauth/token": oauth.Token(platform, limits),
        "/oauth/token/revoke": oauth.Revoke(platform, limits),
        "/oauth/revoke": oauth.Revoke(platform, limits),
        "/oauth/token_info": oauth.TokenInfo(platform, limits),
        "/oauth/userinfo": oauth.UserInfo(platform, limits),
    }
    found = [
        (mount + path, resource)
        for path, resource in resources.items()
        for mount in ("", "/i/{instance_id}")
    ]
    found += accounts_routes(platform, limits)
    # Where programs look that take RFC 8414 at its word: the issuer's path comes last.
    return [
        *found,
        *(
            (f"{path}/frontend/i/{{instance_id}}", resources[path])
            for path in (
                "/.well-known/oauth-authorization-server",
                "/.well-known/openid-configuration",
            )
        ),
    ]
