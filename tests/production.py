"""What a production server is told, over a database of its own."""

import uuid
from contextlib import asynccontextmanager

import asyncpg

from charter.settings.keys import new_key


def environment(database_url: str, smtp_port: int) -> dict[str, str]:
    """Settings that production starts with; its mail goes to a port of this machine."""
    return {
        "DATABASE_URL": database_url,
        "CHARTER_MODE": "production",
        "CHARTER_SECRET_ENCRYPTION_KEYS": new_key(),
        "CHARTER_PUBLIC_API_URL": "https://api.acme-accounts.dev",
        "CHARTER_PUBLIC_FRONTEND_URL": "https://auth.acme-accounts.dev",
        "CHARTER_APP_URL": "https://app.acme-accounts.dev",
        "CHARTER_SMTP_HOST": "127.0.0.1",
        "CHARTER_SMTP_PORT": str(smtp_port),
        "CHARTER_SMTP_SECURITY": "none",
        "CHARTER_MAIL_FROM": "Acme <accounts@acme-accounts.dev>",
    }


@asynccontextmanager
async def empty_database(postgres_url: str):
    """The URL of a new database without tables, gone at the end."""
    name = f"production_{uuid.uuid4().hex[:12]}"
    base, _, query = postgres_url.partition("?")
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()
