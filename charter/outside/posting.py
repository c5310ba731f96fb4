"""Posts to the servers of apps, through the guarded way out."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from charter.core.webhooks.model import Answer
from charter.outside.guarded import FAILURES, Refused, checked, guarded_session, reason_of

AT_ONCE = 8
MOST_BYTES = 16 * 1024
"""An answer is read no further; its connection is not used again then."""
HEAD_BYTES = 1024


class GuardedPosts:
    """The way out to the servers of apps."""

    @asynccontextmanager
    async def opened(self, *, may_be_private: bool) -> AsyncIterator["Line"]:
        """A line that keeps its connections until it is closed."""
        async with guarded_session(
            may_be_private=may_be_private, keeps_connections=True, limit=AT_ONCE
        ) as session:
            yield Line(session, may_be_private=may_be_private)


class Line:
    """Connections to one server."""

    def __init__(self, session: aiohttp.ClientSession, *, may_be_private: bool) -> None:
        self._session = session
        self._may_be_private = may_be_private

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body. Whatever comes of it is an answer, also that there was none."""
        try:
            async with self._session.post(
                checked(url, may_be_private=self._may_be_private),
                data=body,
                headers={"accept-encoding": "identity", "user-agent": "charter", **headers},
                allow_redirects=False,
                max_line_size=8190,
                max_field_size=8190,
            ) as response:
                return Answer(response.status, None, await _head(response))
        except Refused as refused:
            return Answer(None, refused.reason, "")
        except FAILURES as failure:
            return Answer(None, reason_of(failure), "")


async def _head(response: aiohttp.ClientResponse) -> str:
    """How the body begins, as text that the database can hold."""
    parts, size = [], 0
    async for part in response.content.iter_chunked(4096):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            response.close()
            break
    return (
        b"".join(parts)[:HEAD_BYTES]
        .decode(errors="replace")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
