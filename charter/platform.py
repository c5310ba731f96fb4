"""Makes the platform of settings: what the core works with, in the server and in commands."""

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any, TypeVar

from charter.core.authority import MembershipAuthority
from charter.core.mail.model import Sender
from charter.kernel.db import Database
from charter.kernel.platform import Addresses, Breaches, Captcha, Platform, WayOut
from charter.kernel.secrets import Vault
from charter.kernel.work import WorkPool
from charter.outside.blobs import open_blobs
from charter.outside.breaches import RangeSearch, SortedFile
from charter.outside.captcha import SiteVerify
from charter.outside.dns import DnsRecords
from charter.outside.files import open_files
from charter.outside.identity.providers import IdentityProviders
from charter.outside.mail import SmtpMailer, SmtpServer
from charter.outside.payments import PaymentGateways
from charter.outside.posting import GuardedPosts
from charter.outside.proxies import AppProxies
from charter.outside.sending import MailFrom, NoTextGateway
from charter.problems import SettingsProblem
from charter.settings import Settings

Part = TypeVar("Part")


def create_platform(settings: Settings, **parts: Any) -> Platform:
    """The platform for settings; `parts` replace single ones (a clock in tests).

    Raises: SettingsProblem, where a setting names what cannot be opened.
    """
    assert settings.database_url is not None  # noqa: S101  # the commands fill it in
    database = Database(
        settings.database_url,
        size=settings.database_pool_size,
        statement_timeout_ms=settings.statement_timeout_ms,
    )
    made: dict[str, Any] = {
        "database": database,
        "vault": _vault(settings),
        "work": WorkPool(settings.hash_concurrency, waiting=settings.hash_queue_length),
        "authority": MembershipAuthority(),
        "blobs": _part("CHARTER_BLOBS_URL", lambda: open_blobs(settings.blobs_url)),
        "files": _part("CHARTER_FILES_URL", lambda: open_files(settings.files_url)),
        "mail": _mail(settings),
        "identity": IdentityProviders(),
        "posts": GuardedPosts(),
        "private_addresses": bool(settings.private_addresses),
        "operator_mail": settings.operator_mail,
        "texts": None if settings.mail_capture else NoTextGateway(),
        "records": DnsRecords(),
        "breaches": _part("CHARTER_BREACHED_PASSWORDS_FILE", lambda: _breaches(settings)),
        "proxies": AppProxies(),
        "captcha": _captcha(settings),
        "gateway": PaymentGateways(),
        "addresses": Addresses(settings.api_url, settings.frontend_url, settings.app_url),
        "most_keyless_starts": settings.keyless_start_limit if settings.keyless_start else 0,
    }
    return Platform(**{**made, **parts})


def _vault(settings: Settings) -> Vault:
    """What seals secrets. Raises: SettingsProblem, without a key."""
    if not settings.encryption_keys:
        raise SettingsProblem(
            "CHARTER_SECRET_ENCRYPTION_KEYS is missing: give the key that the server has; for a "
            "new database `charter keys generate` prints one."
        )
    return Vault(settings.encryption_keys)


def _part(variable: str, opening: Callable[[], Part]) -> Part:
    """A part that a setting names. Raises: SettingsProblem."""
    try:
        return opening()
    except (ValueError, OSError) as wrong:
        reason = str(wrong).rstrip(".")
        raise SettingsProblem(f"{variable} cannot be used: {reason}.") from wrong


def _breaches(settings: Settings) -> Breaches | None:
    """What knows passwords from breaches; None where nothing is configured."""
    if settings.breached_passwords_file is not None:
        return SortedFile(settings.breached_passwords_file)
    if settings.breached_passwords_url is not None:
        return RangeSearch(settings.breached_passwords_url)
    return None


def _captcha(settings: Settings) -> Captcha | None:
    """What tells people from programs; None where there is no secret to ask it with."""
    if settings.captcha_secret is None:
        return None
    return SiteVerify(
        settings.captcha_verify_url, settings.captcha_secret, settings.captcha_script_url
    )


def _mail(settings: Settings) -> WayOut | None:
    """The way out for mail; None where it is captured."""
    if settings.mail_capture or not settings.smtp_host:
        return None
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password,
    )
    name, address = parseaddr(settings.mail_from)
    return MailFrom(SmtpMailer(server), Sender(address, name or None))
