"""The cookies in which browsers keep a login, where its client says so, and a form session."""

from charter.core.account_clients.settings import cookie_options_of
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.logins import AccountTokens
from charter.wire.call import View

ACCESS, REFRESH, FORMS = "account_access", "account_refresh", "account_forms"
FORMS_SECONDS = 24 * 3600
PATHS = {"access": "", "refresh": "/auth"}
"""Below the mount, where each is sent: the refresh token where it is traded, and no further."""
NAMES = {"access": ACCESS, "refresh": REFRESH}
MOUNT = "/accounts"


def of_login(client: OauthApplication, tokens: AccountTokens, view: View) -> tuple[str, ...]:
    """The cookies of a login's tokens: those that the client's settings name."""
    held = {
        "access": (tokens.access_token, tokens.expires_in_seconds),
        "refresh": (tokens.refresh_token, tokens.refresh_expires_in_seconds),
    }
    return tuple(
        _token(client, kind, token, seconds or 0, view)
        for kind, (token, seconds) in held.items()
        if token is not None and _is_kept(client, kind)
    )


def without_login(client: OauthApplication | None, view: View) -> tuple[str, ...]:
    """The cookies that say that nobody is signed in: empty, and gone at once."""
    if client is None:
        return ()
    return tuple(_token(client, kind, "", 0, view) for kind in NAMES if _is_kept(client, kind))


def of_forms(secret: str, view: View) -> str:
    """The cookie that binds forms to a browser; pages of other sites cannot send it."""
    secure = "" if _is_bare(view) else "; Secure"
    rest = f"Path={MOUNT}/auth; Max-Age={FORMS_SECONDS}; HttpOnly; SameSite=Strict{secure}"
    return f"{FORMS}={secret}; {rest}"


def _is_kept(client: OauthApplication, kind: str) -> bool:
    """Whether a client has its tokens of a kind kept in cookies."""
    return "cookie_options" in (client.token_settings.get(kind) or {})


def _token(client: OauthApplication, kind: str, token: str, seconds: int, view: View) -> str:
    options = cookie_options_of(client, kind)
    parts = [f"{NAMES[kind]}={token}", f"Path={MOUNT}{PATHS[kind]}", f"Max-Age={seconds}"]
    parts.append(f"SameSite={options['same_site'].capitalize()}")
    parts += ["HttpOnly"] if options["http_only"] else []
    # Browsers keep no Secure cookie that came without TLS, as in development.
    parts += ["Secure"] if options["secure"] and not _is_bare(view) else []
    return "; ".join(parts)


def _is_bare(view: View) -> bool:
    """Whether this is development without TLS."""
    return view.instance.is_development and view.platform.addresses.api_url.startswith("http:")
