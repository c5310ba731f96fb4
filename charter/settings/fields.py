"""Every setting: its name, type, limits, default, and the sentence that documents it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

THIS_MACHINE = ("127.0.0.1", "[::1]", "0.0.0.0", "[::]")  # noqa: S104 - only compared
PRODUCTION_RATES = "address=3000/10, key=5000/10, user=300/10, instance=30000/10, key:costly=300/10"
Mode: TypeAlias = Literal["development", "production"]
Keys: TypeAlias = tuple[tuple[str, bytes], ...]
"""Encryption keys as (key id, 32 bytes), the newest first, as a `Vault` takes them."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What is said about a setting beside its name, type and default."""

    doc: str
    env: str | None
    is_secret: bool
    minimum: int | None
    maximum: int | None
    default_text: str | None


def _setting(
    default: Any,
    doc: str,
    *,
    env: str | None = None,
    secret: bool = False,
    minimum: int | None = None,
    maximum: int | None = None,
    default_text: str | None = None,
) -> Any:
    spec = Spec(doc, env, secret, minimum, maximum, default_text)
    return field(default=default, repr=not secret, metadata={"spec": spec})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one process, checked and complete; secrets are left out of its repr."""

    mode: Mode = _setting(
        "development",
        "What this server is for. `charter dev` is always development, `charter serve` and "
        "`charter worker` are always production; production refuses weak and example secrets.",
        default_text="`production` when a database URL is given, else `development`",
    )
    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8000, "The port to listen on.", minimum=0, maximum=65535)
    data: Path = _setting(
        Path(".charter"),
        "The data folder: the embedded PostgreSQL, the development keys, uploaded files.",
    )
    database_url: str | None = _setting(
        None,
        "The PostgreSQL database (15 or newer), `postgresql://user:password@host:port/name`. "
        "Without one, and always in `charter dev`, the embedded PostgreSQL of the data folder "
        "is used.",
        env="DATABASE_URL",
        secret=True,
    )
    database_pool_size: int = _setting(
        16, "Connections to the database, at most, of each process.", minimum=1, maximum=1000
    )
    statement_timeout_ms: int = _setting(
        30_000,
        "How long one SQL statement may take, in milliseconds.",
        minimum=100,
        maximum=3_600_000,
    )
    encryption_keys: Keys = _setting(
        (),
        "Keys that seal stored secrets, as `key-id:key` separated by commas, the newest first: "
        "the first seals, all of them open. `charter keys generate` prints one. In development "
        "they come from the file `keys` in the data folder, made at the first start.",
        secret=True,
    )
    api_url: str = _setting(
        "",
        "Where servers reach the Backend API from outside, without a trailing slash.",
        env="CHARTER_PUBLIC_API_URL",  # CHARTER_API_URL is what `charter env` tells to clients
        default_text="`http://HOST:PORT`, with `localhost` for an address of this machine alone",
    )
    frontend_url: str = _setting(
        "",
        "Where browsers reach this server: the sign-in pages, and the Frontend API below "
        "`/frontend`, which is what official clients call their proxy URL.",
        env="CHARTER_PUBLIC_FRONTEND_URL",
        default_text="the API's URL",
    )
    app_url: str = _setting(
        "",
        "The application's own pages, which links in mail lead to.",
        default_text="the API's URL",
    )
    breached_passwords_url: str | None = _setting(
        None,
        "A range service for breached passwords, of which five digits of a digest are asked, such"
        " as `https://mirror.example/range/`; none asks nobody.",
    )
    breached_passwords_file: Path | None = _setting(
        None, "A sorted file of SHA-1 digests of breached passwords, instead of a service."
    )
    captcha_verify_url: str = _setting(
        "https://challenges.cloudflare.com/turnstile/v0/siteverify",
        "The service that checks browsers' captcha tokens; used once there is a secret.",
    )
    captcha_script_url: str = _setting(
        "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "The script of that service, with which our own sign-up page shows the check. It has to "
        "speak as Turnstile's does.",
    )
    captcha_secret: str | None = _setting(
        None, "Our secret at that service; none checks nobody.", secret=True
    )
    smtp_host: str | None = _setting(None, "The server that takes our mail; none captures it only.")
    smtp_port: int = _setting(
        587, "Its port: 587 is usual for `starttls`, 465 for `tls`.", minimum=1, maximum=65535
    )
    smtp_security: Literal["starttls", "tls", "none"] = _setting(
        "starttls", "How the conversation with it is encrypted."
    )
    smtp_username: str | None = _setting(None, "The name to sign in to it with.")
    smtp_password: str | None = _setting(None, "The password to sign in to it with.", secret=True)
    mail_from: str = _setting(
        "Charter <charter@localhost>", "The sender of mail, an address or `Name <address>`."
    )
    operator_mail: str | None = _setting(
        None, "Who is told by mail of what an operator has to look at; none tells nobody."
    )
    mail_capture: bool | None = _setting(
        None,
        "Whether mail is kept and shown on a page instead of sent. Never in production.",
        default_text="on in development, off in production",
    )
    keyless_start: bool | None = _setting(
        None,
        "Whether SDKs of frameworks may make a development instance for an app that has no keys "
        "yet. Whoever reaches the Backend API can make one then.",
        default_text="on in development, off in production",
    )
    keyless_start_limit: int = _setting(
        1000,
        "Instances that may be there by such starts at the same time, claimed ones too.",
        minimum=1,
        maximum=1_000_000,
    )
    private_addresses: bool | None = _setting(
        None,
        "Whether what development instances name (webhook endpoints, providers, proxies) may be on "
        "this machine and in its private networks, by http too. What others name never may.",
        default_text="on in development, off in production",
    )
    blobs_url: str = _setting(
        "",
        "Where files are kept: `file:///folder`, `s3://bucket/prefix`, `memory:///`, ….",
        default_text="the folder `blobs` in the data folder",
    )
    files_url: str = _setting(
        "",
        "Where the files of organizations are kept: `file:///folder` or `s3://bucket/prefix`.",
        default_text="the folder `files` in the data folder",
    )
    npm_registry: str = _setting(
        "",
        "The npm registry that browser scripts are fetched from, once; `none` fetches nothing.",
        default_text="what `npm_config_registry` or npm itself says",
    )
    max_body_bytes: int = _setting(
        1_048_576, "The largest request body that is read, in bytes.", minimum=1024
    )
    trusted_proxies: int = _setting(
        0,
        "How many proxies stand before this server; so many entries of `X-Forwarded-For`, from "
        "the right, are believed. An app that passes the Frontend API on with its secret key is "
        "one more.",
        minimum=0,
        maximum=10,
    )
    rate_limits: str = _setting(
        "",
        "How many requests are answered in how many seconds, as `scope=most/seconds` separated by "
        "commas. A scope is `address`, `key`, `user` or `instance`; `:read`, `:write` or `:costly` "
        "behind it counts these requests alone. `none` counts nothing.",
        default_text=f"`none` in development, `{PRODUCTION_RATES}` in production",
    )
    rate_limit_store: str | None = _setting(
        None,
        "The Redis or Valkey that requests are counted in, `redis://:password@host:6379/0`, so "
        "that all processes share one count. Without one each process counts for itself.",
        secret=True,
    )
    hash_concurrency: int = _setting(
        0,
        "Passwords hashed at the same time in each process.",
        minimum=0,
        maximum=256,
        default_text="the number of cores less one, at least one",
    )
    hash_queue_length: int = _setting(
        64, "Passwords that may wait to be hashed before callers are told to come back.", minimum=1
    )
    workers: int = _setting(
        0,
        "Processes of `charter serve`.",
        minimum=0,
        maximum=256,
        default_text="the number of cores",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "The least important lines that are logged."
    )
    log_format: Literal["auto", "text", "json"] = _setting(
        "auto",
        "How lines are logged: for people or for machines.",
        default_text="`text` in development, `json` in production",
    )

    def __post_init__(self) -> None:
        """Fill in the defaults that depend on other settings."""
        cores = os.cpu_count() or 1
        is_development = self.mode == "development"
        host = f"[{self.host}]" if ":" in self.host else self.host
        # One name for this machine: for a browser, localhost and 127.0.0.1 are different sites.
        shown = "localhost" if host in THIS_MACHINE else host
        api_url = (self.api_url or f"http://{shown}:{self.port}").rstrip("/")
        complete = {
            "data": self.data.expanduser().absolute(),
            "database_url": self.database_url or None,
            "api_url": api_url,
            "frontend_url": (self.frontend_url or api_url).rstrip("/"),
            "app_url": (self.app_url or api_url).rstrip("/"),
            "mail_capture": is_development if self.mail_capture is None else self.mail_capture,
            "keyless_start": is_development if self.keyless_start is None else self.keyless_start,
            "private_addresses": (
                is_development if self.private_addresses is None else self.private_addresses
            ),
            "blobs_url": self.blobs_url or (self.data.expanduser().absolute() / "blobs").as_uri(),
            "files_url": self.files_url or (self.data.expanduser().absolute() / "files").as_uri(),
            "hash_concurrency": self.hash_concurrency or max(1, cores - 1),
            "workers": self.workers or cores,
            "rate_limits": self.rate_limits or ("none" if is_development else PRODUCTION_RATES),
        }
        if self.log_format == "auto":
            complete["log_format"] = "text" if is_development else "json"
        for name, value in complete.items():
            object.__setattr__(self, name, value)

    @property
    def is_development(self) -> bool:
        """Whether conveniences that production must not have are on."""
        return self.mode == "development"

    @property
    def postgres_folder(self) -> Path:
        """The embedded PostgreSQL's folder."""
        return self.data / "postgres"

    @property
    def proxy_url(self) -> str:
        """Where browsers reach the Frontend API, without its `/v1`."""
        return f"{self.frontend_url}/frontend"

    @property
    def scripts_folder(self) -> Path:
        """The copies of the browser scripts."""
        return self.data / "scripts"

    @property
    def key_file(self) -> Path:
        """The file of the development keys."""
        return self.data / "keys"


def environment_name(name: str, spec: Spec) -> str:
    """The environment variable of a setting."""
    if spec.env:
        return spec.env
    return f"CHARTER_SECRET_{name.upper()}" if spec.is_secret else f"CHARTER_{name.upper()}"
