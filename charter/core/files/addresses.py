"""Addresses of our own that write or read one thing, signed, for stores that sign none.

Their signature is over method, path, expiry and what has to be sent; secrets rotate by their id.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from charter.core.files.model import (
    File,
    FileUpload,
    SignedRequest,
    SignedUrl,
    SignedUrlExpired,
    SignedUrlInvalid,
)
from charter.kernel.operation import Context
from charter.kernel.platform import Platform

MOUNT = "/accounts/blobs"
CHECKSUM_HEADER = "x-checksum-sha256"
_USE = "charter addresses of files"
_SAFE = "/-_.~"
_PARAMETERS = frozenset({"op", "exp", "kid", "nonce", "sig"})
_LATEST = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Meant:
    """What a signed address is for. subject: the upload, or the file, that it names."""

    instance_id: str
    subject: str
    nonce: str


def path_of(organization_id: str, key: str) -> str:
    """The path of a file, not encoded. On this wire an organization is an account."""
    return f"{MOUNT}/acc_{organization_id.removeprefix('org_')}/{key}"


def part_path_of(upload_id: str, part_number: int) -> str:
    """The path of a part."""
    return f"{MOUNT}/uploads/{upload_id}/{part_number}"


def sign_whole(ctx: Context, upload: FileUpload, seconds: int) -> SignedUrl:
    """An address that takes a whole file, once."""
    headers = {"Content-Type": upload.content_type, "Content-Length": str(upload.size_bytes)}
    if upload.checksum_sha256 is not None:
        headers[CHECKSUM_HEADER] = upload.checksum_sha256
    nonce = f"{ctx.actor.instance_id}.{upload.id}.0"
    path = path_of(upload.organization_id, upload.key)
    return _signed(ctx, "PUT", path, nonce, seconds=seconds, headers=headers)


def sign_part(ctx: Context, upload: FileUpload, part_number: int, seconds: int) -> SignedUrl:
    """An address that takes a part, once."""
    nonce = f"{ctx.actor.instance_id}.{upload.id}.{secrets.token_hex(8)}"
    return _signed(
        ctx, "PUT", part_path_of(upload.id, part_number), nonce, seconds=seconds, headers={}
    )


def sign_read(ctx: Context, file: File, seconds: int) -> SignedUrl:
    """An address that gives the bytes that a file has now."""
    nonce = f"{ctx.actor.instance_id}.{file.id}.{file.object_name.rpartition('/')[2]}"
    return _signed(
        ctx, "GET", path_of(file.organization_id, file.key), nonce, seconds=seconds, headers={}
    )


def meaning(platform: Platform, request: SignedRequest, now: datetime) -> Meant:
    """What a request to a signed address may do.

    Raises: SignedUrlExpired, before all else; SignedUrlInvalid.
    """
    query = request.query
    if set(query) != _PARAMETERS or not all(query.values()):
        raise SignedUrlInvalid
    exp, operation = query["exp"], query["op"]
    if not (exp.isascii() and exp.isdigit() and len(exp) <= 12 and int(exp) <= _LATEST):
        raise SignedUrlInvalid
    if int(exp) <= now.timestamp():
        raise SignedUrlExpired
    secret = platform.vault.derived(_USE).get(query["kid"])
    is_write = request.method == "PUT"
    if secret is None or operation != ("put" if is_write else "get"):
        raise SignedUrlInvalid
    # What a part says of itself is no part of its address: its length is that of its upload.
    whole = is_write and not request.path.startswith(f"{MOUNT}/uploads/")
    expected = _signature(
        secret,
        "PUT" if is_write else "GET",
        quote(request.path, safe=_SAFE, errors="surrogateescape"),
        exp,
        headers={
            "Content-Type": request.content_type,
            "Content-Length": "" if request.content_length is None else str(request.content_length),
            CHECKSUM_HEADER: request.checksum_sha256,
        }
        if whole
        else {},
        nonce=query["nonce"],
    )
    given = query["sig"].encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(expected.encode(), given):
        raise SignedUrlInvalid
    instance_id, subject, nonce = query["nonce"].split(".")
    return Meant(instance_id, subject, nonce)


def end_of(now: datetime, seconds: int) -> datetime:
    """When an address that is given now holds no more."""
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)


def _signed(
    ctx: Context, method: str, path: str, nonce: str, *, seconds: int, headers: Mapping[str, str]
) -> SignedUrl:
    kid, secret = next(iter(ctx.platform.vault.derived(_USE).items()))
    expires_at = end_of(ctx.now, seconds)
    exp, encoded = str(int(expires_at.timestamp())), quote(path, safe=_SAFE)
    sig = _signature(secret, method, encoded, exp, headers=headers, nonce=nonce)
    query = {"op": method.lower(), "exp": exp, "kid": kid, "nonce": nonce, "sig": sig}
    url = f"{ctx.platform.addresses.api_url}{encoded}?{urlencode(query)}"
    return SignedUrl(method, url, headers, expires_at)


def _signature(
    secret: bytes, method: str, path: str, exp: str, *, headers: Mapping[str, str], nonce: str
) -> str:
    parts = (
        "v1",
        method,
        path,
        exp,
        headers.get("Content-Type", ""),
        headers.get("Content-Length", ""),
        headers.get(CHECKSUM_HEADER, ""),
        nonce,
    )
    message = "\n".join(parts).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=").decode()
