"""Seals stored secrets anew under the newest key, while everything goes on."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Table, bindparam, func, select, update

from charter.core.api_keys.tables import api_keys
from charter.core.enterprise_connections.tables import enterprise_connections
from charter.core.external_accounts.tables import external_accounts
from charter.core.identity_providers.tables import identity_providers
from charter.core.jwt_templates.tables import jwt_templates
from charter.core.keys.tables import secret_keys, signing_keys
from charter.core.m2m_tokens.tables import m2m_tokens
from charter.core.machines.tables import machine_secrets
from charter.core.messages.tables import messages
from charter.core.oauth_applications.tables import oauth_application_keys
from charter.core.organization_tokens.tables import organization_tokens
from charter.core.payments.tables import payment_gateways
from charter.core.second_factors.tables import totp_secrets
from charter.core.webhooks.tables import webhook_drafts, webhook_messages, webhook_secrets
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.idempotency import idempotency_keys
from charter.kernel.operation import Context
from charter.kernel.secrets import SealRefused

BATCH = 200
"""Rows of each table that one call seals anew: few enough to hold no lock for long."""


class Sealed:
    """A column of sealed values: how rows under an older key are found, and written again.

    `context` is what the column's values are bound to, as a format of the row's key columns.
    """

    def __init__(self, table: Table, column: str, context: str) -> None:
        self.table = table
        self.column = column
        self.context = context
        self._keys = [c.name for c in table.primary_key.columns if c.name != "instance_id"]
        value = table.c[column]
        header = bindparam("header", type_=LargeBinary)
        self._older: Statement[Any] = Statement(
            select(*(table.c[name] for name in self._keys), value.label("value"))
            .where(
                table.c.instance_id == INSTANCE,
                func.substr(value, 1, func.octet_length(header)) != header,
            )
            .order_by(*(table.c[name] for name in self._keys))
            .limit(bindparam("limit", type_=BigInteger))
            .offset(bindparam("skipped", type_=BigInteger))
        )
        self._write = Statement[None](
            update(table)
            .where(
                table.c.instance_id == INSTANCE,
                *(table.c[n] == bindparam(f"key_{n}", type_=table.c[n].type) for n in self._keys),
                # Whoever wrote the row in between used the newest key already.
                value == bindparam("before", type_=LargeBinary),
            )
            .values({column: bindparam("after", type_=LargeBinary)})
        )

    async def reseal(self, ctx: Context) -> tuple[int, int]:
        """Seal a batch anew. Returns: how many rows were written, and how many do not open."""
        written = broken = 0
        while not written:
            # What opens under no key stays as it is, and must not stand before the rest.
            rows = await ctx.db.all(
                self._older, header=ctx.platform.vault.header, limit=BATCH, skipped=broken
            )
            if not rows:
                break
            for row in rows:
                after = self._sealed_anew(ctx, row)
                if after is None:
                    broken += 1
                    continue
                keys = {f"key_{name}": row[name] for name in self._keys}
                written += await ctx.db.run(self._write, before=row["value"], after=after, **keys)
        return written, broken

    def _sealed_anew(self, ctx: Context, row: Any) -> bytes | None:
        """A row's value under the newest key; None when no key opens it."""
        vault = ctx.platform.vault
        keys = {name: row[name] for name in self._keys}
        context = self.context.format(instance_id=ctx.actor.instance_id, **keys)
        try:
            return vault.seal(vault.open(row["value"], context), context)
        except SealRefused:
            return None


SEALED = (
    Sealed(secret_keys, "sealed_secret", "secret_key:{id}"),
    Sealed(signing_keys, "sealed_private_pem", "signing_key:{id}"),
    Sealed(totp_secrets, "sealed_secret", "totp_secret:{user_id}"),
    Sealed(identity_providers, "sealed_secret", "identity_provider:{id}"),
    Sealed(enterprise_connections, "sealed_secret", "enterprise_connection:{id}"),
    Sealed(external_accounts, "sealed_access_token", "external_account:{id}:access"),
    Sealed(external_accounts, "sealed_refresh_token", "external_account:{id}:refresh"),
    Sealed(api_keys, "sealed_secret", "api_key:{id}"),
    Sealed(machine_secrets, "sealed_secret", "machine_secret:{id}"),
    Sealed(payment_gateways, "sealed_secret", "payment_gateway:{id}"),
    Sealed(payment_gateways, "sealed_webhook_secret", "payment_gateway:{id}:webhook"),
    Sealed(m2m_tokens, "sealed_secret", "m2m_token:{id}"),
    Sealed(organization_tokens, "sealed_secret", "organization_token:{id}"),
    Sealed(oauth_application_keys, "sealed_private_pem", "oauth_application_key:{id}"),
    Sealed(jwt_templates, "sealed_signing_key", "jwt_template:{id}"),
    Sealed(messages, "sealed_content", "messages:{instance_id}:{id}"),
    Sealed(webhook_drafts, "sealed_content", "messages:{instance_id}:{id}"),
    Sealed(webhook_messages, "sealed_body", "webhook_message:{id}"),
    Sealed(webhook_secrets, "sealed_secret", "webhook_secret:{id}"),
    Sealed(idempotency_keys, "sealed_answer", "idempotency"),
)
"""Every column of sealed values."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a call sealed anew. `id` is the key that seals; `broken` rows open under no key."""

    id: str
    written: int
    broken: int


async def reseal_batch(ctx: Context) -> Resealed:
    """Seal a batch of every column anew."""
    written = broken = 0
    for sealed in SEALED:
        more, failed = await sealed.reseal(ctx)
        written, broken = written + more, broken + failed
    return Resealed(ctx.platform.vault.key_ids[0], written, broken)
