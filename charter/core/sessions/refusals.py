"""Why a session is not refreshed. Each is an answer that sends the app to the handshake."""

from charter.kernel.errors import DomainError, Kind


class RefreshRefused(DomainError):
    """The session is not refreshed; the kinds say why."""

    kind, code = Kind.UNAUTHENTICATED, "refresh_refused"
    message = "The session cannot be refreshed."


class ExpiredTokenInvalid(RefreshRefused):
    """It is no session token of ours."""

    code = "expired_token_invalid"
    message = "The expired session token is not valid."


class ExpiredTokenWithoutParty(RefreshRefused):
    """It does not say for which origin it was made."""

    code = "expired_token_without_party"
    message = "The expired session token has no azp claim."


class ExpiredTokenWithoutSession(RefreshRefused):
    """It does not say of which session it is."""

    code = "expired_token_without_session"
    message = "The expired session token has no sid claim."


class ExpiredTokenWithoutTime(RefreshRefused):
    """It does not say when it was made."""

    code = "expired_token_without_time"
    message = "The expired session token has no iat claim."


class ExpiredTokenTooOld(RefreshRefused):
    """It was made too long ago."""

    code = "expired_token_too_old"
    message = "The expired session token is too old."


class ExpiredTokenConsumed(RefreshRefused):
    """It was traded for a new one already."""

    code = "expired_token_consumed"
    message = "The expired session token has been used for a refresh already."


class TokenIneligible(RefreshRefused):
    """It has not expired, so there is nothing to refresh."""

    code = "token_ineligible"
    message = "The session token has not expired."


class OriginInvalid(RefreshRefused):
    """The origin is no origin."""

    code = "origin_invalid"
    message = "The origin of the request is not valid."


class OriginMismatch(RefreshRefused):
    """The expired token was made for another origin."""

    code = "origin_mismatch"
    message = "The origin of the request is not the one that the expired session token is for."


class SessionMismatch(RefreshRefused):
    """The expired token is of another session."""

    code = "session_mismatch"
    message = "The expired session token is of another session."


class RefreshTokenNotFound(RefreshRefused):
    """The refresh token is not one of this session."""

    code = "refresh_token_not_found"
    message = "The refresh token was not found."


class SessionToRefreshNotFound(RefreshRefused):
    """There is no such session."""

    code = "session_to_refresh_not_found"
    message = "The session to refresh was not found."


class InactiveSession(RefreshRefused):
    """The session has ended."""

    code = "inactive_session"
    message = "The session to refresh is not active."


class RefreshUserNotFound(RefreshRefused):
    """The session's user is gone, banned, or another than the token's."""

    code = "refresh_user_not_found"
    message = "The user of the session to refresh was not found."
