"""What production refuses to start with: missing, weak, example and development values."""

from email.utils import parseaddr
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from charter.problems import SettingsProblem
from charter.settings.fields import Settings
from charter.settings.keys import DEVELOPMENT_PREFIX

MINIMUM_PASSWORD_LENGTH = 12
# Random bytes hardly ever repeat so much: 32 of them hold about 30 different values.
MINIMUM_DISTINCT_BYTES = 16
EXAMPLE_WORDS = (
    *("changeme", "change", "example", "secret", "password", "charter", "postgres", "default"),
    *("admin", "test", "12345"),
)
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - refused, not bound
EXAMPLE_DOMAINS = ("example", "example.com", "example.org", "example.net", "invalid", "test")


def check_production(settings: Settings) -> None:
    """Refuse settings that production must not have.

    Raises: SettingsProblem, with one sentence for each.
    """
    if sentences := weaknesses(settings):
        raise SettingsProblem("\n".join(sentences))


def weaknesses(settings: Settings) -> list[str]:
    """What is wrong with settings for production, a sentence each; empty when nothing is."""
    found = (_database, _keys, _urls, _services, _stores, _mail)
    sentences = [sentence for look in found for sentence in look(settings)]
    if settings.mode != "production":
        sentences.insert(0, "The mode is development; set CHARTER_MODE=production.")
    return sentences


def _database(settings: Settings) -> list[str]:
    if not settings.database_url:
        return ["Production needs a database of its own; set DATABASE_URL."]
    try:
        parts = urlsplit(settings.database_url)
    except ValueError:
        return ["DATABASE_URL is not a URL."]
    if parts.scheme not in {"postgres", "postgresql"}:
        return ["DATABASE_URL must begin with postgresql://."]
    if parts.password is not None and _is_weak_password(unquote(parts.password), parts.username):
        length = MINIMUM_PASSWORD_LENGTH
        return [
            f"The password in DATABASE_URL is weak; choose a random one of {length} characters."
        ]
    return []


def _is_weak_password(password: str, username: str | None) -> bool:
    lowered = password.lower()
    if len(password) < MINIMUM_PASSWORD_LENGTH or len(set(password)) < MINIMUM_PASSWORD_LENGTH // 2:
        return True
    # A word and a few signs is a weak password; a long random one may contain a word by chance.
    rest = lowered.replace(username.lower(), "") if username else lowered
    for word in EXAMPLE_WORDS:
        rest = rest.replace(word, "")
    return len(rest) < MINIMUM_PASSWORD_LENGTH // 2


def _keys(settings: Settings) -> list[str]:
    name = "CHARTER_SECRET_ENCRYPTION_KEYS"
    if not settings.encryption_keys:
        return [f"Production needs encryption keys; set {name} (see `charter keys generate`)."]
    sentences = []
    for key_id, key in settings.encryption_keys:
        if key_id.startswith(DEVELOPMENT_PREFIX):
            sentences.append(f"The key {key_id} in {name} was made for development.")
        elif _is_weak_key(key):
            sentences.append(
                f"The key {key_id} in {name} is not random; make one with `charter keys generate`."
            )
    return sentences


def _is_weak_key(key: bytes) -> bool:
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    is_typed = all(32 <= byte < 127 for byte in key)
    return is_typed or len(set(key)) < MINIMUM_DISTINCT_BYTES or len(steps) < 4


def _urls(settings: Settings) -> list[str]:
    sentences = []
    for variable, url in (
        ("CHARTER_PUBLIC_API_URL", settings.api_url),
        ("CHARTER_PUBLIC_FRONTEND_URL", settings.frontend_url),
        ("CHARTER_APP_URL", settings.app_url),
    ):
        host, is_address = _host_of(url)
        if not is_address:
            sentences.append(f"{variable} is no address: {url}.")
        elif variable == "CHARTER_PUBLIC_API_URL" and urlsplit(url).path.rstrip("/") == "/v1":
            sentences.append(f"{variable} is given without the /v1, which clients add.")
        elif _is_example(host):
            sentences.append(f"{variable} must be an address of your own; {url} is an example.")
        elif urlsplit(url).scheme != "https" or host in LOCAL_HOSTS:
            sentences.append(f"{variable} must be the public https:// address, not {url}.")
    return sentences


def _host_of(url: str) -> tuple[str, bool]:
    """The host of an address, and whether it is one at all: with a host, and a port there is."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "", False
    return host, bool(host) and not (parts.username or parts.query or parts.fragment)


def _services(settings: Settings) -> list[str]:
    """What is wrong with the addresses of services that this server asks."""
    asked: list[tuple[str, str | None]] = [
        ("CHARTER_BREACHED_PASSWORDS_URL", settings.breached_passwords_url)
    ]
    if settings.captcha_secret is not None:
        asked += [
            ("CHARTER_CAPTCHA_VERIFY_URL", settings.captcha_verify_url),
            ("CHARTER_CAPTCHA_SCRIPT_URL", settings.captcha_script_url),
        ]
    return [
        f"{variable} is no https:// address: {url}."
        for variable, url in asked
        if url is not None and not (_host_of(url)[1] and _is_safe(url))
    ]


def _is_safe(url: str) -> bool:
    """Whether nobody between hears what is asked."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)


def _stores(settings: Settings) -> list[str]:
    if settings.blobs_url.startswith("memory:"):
        return ["CHARTER_BLOBS_URL=memory: forgets every picture with the process that holds it."]
    return []


def _mail(settings: Settings) -> list[str]:
    sentences = []
    if settings.mail_capture:
        sentences.append("CHARTER_MAIL_CAPTURE shows everybody's mail; production has it off.")
    if not settings.smtp_host:
        sentences.append("Production needs a mail server; set CHARTER_SMTP_HOST.")
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2].lower()
    if "." not in domain or domain in LOCAL_HOSTS or _is_example(domain):
        sentences.append(f"CHARTER_MAIL_FROM must be a real address, not {settings.mail_from}.")
    if settings.operator_mail is not None and not _is_mailable(settings.operator_mail):
        sentences.append(f"CHARTER_OPERATOR_MAIL is no address: {settings.operator_mail}.")
    password = settings.smtp_password
    if password is not None and _is_weak_password(password, settings.smtp_username):
        sentences.append("CHARTER_SECRET_SMTP_PASSWORD is weak or an example.")
    if password and settings.smtp_security == "none" and settings.smtp_host not in LOCAL_HOSTS:
        sentences.append("CHARTER_SMTP_SECURITY=none would send the mail password unencrypted.")
    return sentences


def _is_mailable(address: str) -> bool:
    name, _, domain = address.rpartition("@")
    is_whole = parseaddr(address) == ("", address) and address.isprintable()
    return is_whole and bool(name) and "." in domain.strip(".")


def _is_example(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in EXAMPLE_DOMAINS)
