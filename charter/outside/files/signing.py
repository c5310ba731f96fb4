"""Signs addresses of S3 services: AWS Signature Version 4 in the query, over all that matters.

Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"
_SAFE = "-_.~"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys to a service."""

    key_id: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to be signed. path: not encoded. headers: what has to be sent with it."""

    method: str
    scheme: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def signed_url(
    asked: Asked, credentials: Credentials, region: str, now: datetime, seconds: int
) -> str:
    """The address that does what is asked, for some seconds from now."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    headers = {name.lower(): value.strip() for name, value in asked.headers.items()}
    headers["host"] = asked.host
    names = ";".join(sorted(headers))
    query = {
        **asked.query,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.key_id}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": names,
    }
    if credentials.session_token is not None:
        query["X-Amz-Security-Token"] = credentials.session_token
    encoded = "&".join(
        f"{quote(name, safe=_SAFE)}={quote(value, safe=_SAFE)}"
        for name, value in sorted(query.items())
    )
    path = quote(asked.path, safe="/" + _SAFE)
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"{asked.method}\n{path}\n{encoded}\n{lines}\n{names}\nUNSIGNED-PAYLOAD"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    text = f"{_ALGORITHM}\n{moment}\n{scope}\n{hashed}"
    key = f"AWS4{credentials.secret}".encode()
    for part in (moment[:8], region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return f"{asked.scheme}://{asked.host}{path}?{encoded}&X-Amz-Signature={signature}"
