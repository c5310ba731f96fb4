"""Asks wallets to sign, and takes their signatures: the same for every flow.

What is signed names the page, the wallet, the moment and a nonce of its own, so that nothing signed
elsewhere, before, or by another wallet proves anything here. Source: EIP-4361.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from charter.core.checks.model import (
    Check,
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CheckStatus,
    SignatureIncorrect,
)
from charter.core.grants import granting
from charter.core.grants.model import (
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.instances.model import Instance
from charter.core.web3_wallets.ethereum import signer_of, with_checksum
from charter.kernel.operation import Context

STRATEGIES = frozenset(
    {
        "web3_metamask_signature",
        "web3_base_signature",
        "web3_coinbase_wallet_signature",
        "web3_okx_wallet_signature",
    }
)
LIFETIME = timedelta(minutes=10)
NONCE_BYTES = 16

# Texts that wallets show are ASCII alone: some clients spell them byte by byte.
TEXT = """\
{domain} wants you to sign in with your Ethereum account:
{address}

Sign this message to prove that this wallet is yours. It costs nothing.

URI: {uri}
Version: 1
Chain ID: 1
Nonce: {nonce}
Issued At: {issued_at}
Expiration Time: {expires_at}"""


async def ask(
    ctx: Context, instance: Instance, *, strategy: str, address: str, client_id: str | None
) -> Check:
    """Make a message for a wallet to sign. The flow that keeps the check forgets the one before.

    address: in lower case. client_id: the browser that may bring the signature; None: any, where
        the flow is bound to a person.
    """
    expires_at = ctx.now + LIFETIME
    uri = _page(ctx.request.origin) or instance.issuer
    message = TEXT.format(
        domain=urlsplit(uri).netloc,
        address=with_checksum(address),
        uri=uri,
        nonce=secrets.token_hex(NONCE_BYTES),
        issued_at=ctx.now.isoformat(timespec="seconds"),
        expires_at=expires_at.isoformat(timespec="seconds"),
    )
    issued = await granting.issue(
        ctx,
        Purpose.WEB3_PROOF,
        address,
        expires_at=expires_at,
        client_id=client_id,
        secret=message,
    )
    return Check(
        strategy,
        CheckStatus.UNVERIFIED,
        attempts=0,
        expires_at=expires_at,
        grant_id=issued.id,
        nonce=message,
    )


async def proved(
    ctx: Context, check: Check | None, address: str, signature: str, *, client_id: str | None
) -> Check:
    """Take the signature of a check's message; it is taken once.

    Returns: the check, verified.
    Raises: CheckNotPrepared; CheckDone; CheckExpired; CheckFailed; SignatureIncorrect.
    """
    if check is not None and check.is_verified:
        raise CheckDone("strategy")
    if check is None or check.nonce is None or check.strategy not in STRATEGIES:
        raise CheckNotPrepared("strategy")
    if signer_of(check.nonce, signature) != address:
        raise SignatureIncorrect("signature")
    try:
        grant = await granting.spend(ctx, Purpose.WEB3_PROOF, check.nonce, client_id=client_id)
    except (GrantExpired, GrantRevoked) as late:
        raise CheckExpired("signature") from late
    except GrantSpent as spent:
        raise CheckDone("signature") from spent
    except GrantInvalid as gone:
        raise CheckFailed("signature") from gone
    if grant.id != check.grant_id or grant.subject_id != address:
        raise CheckFailed("signature")
    return replace(check, status=CheckStatus.VERIFIED, grant_id=None, nonce=None)


def _page(origin: str | None) -> str | None:
    """The origin of the page that asks, which may: others are turned away before. None: unknown."""
    if origin is None or not origin.isascii() or len(origin) > 255:
        return None
    parts = urlsplit(origin)
    is_page = parts.scheme in ("http", "https") and parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if is_page else None
