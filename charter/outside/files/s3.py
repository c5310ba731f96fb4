"""Files' bytes at an S3 service: clients read and write there, by addresses that we sign."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from lxml import etree
from yarl import URL

from charter.core.files.keys import read_checksum
from charter.core.files.model import (
    LEAST_PART_BYTES,
    FileBodyInvalid,
    FileUpload,
    FileUploadNotFound,
    NamedPart,
    PartInvalid,
    PartTooSmall,
    Stored,
    StoredPart,
)
from charter.core.files.stores import FilesAway
from charter.kernel import xml
from charter.outside.files.signing import Asked, Credentials, signed_url

_OWN_SECONDS = 300
_MOST_LISTED = 1000
# Joining large files takes a service minutes, in which it sends spaces.
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)


class S3Store:
    """A store in a bucket. endpoint: of a service that is not Amazon's; its buckets are paths."""

    signs = True

    def __init__(
        self,
        bucket: str,
        prefix: str,
        region: str,
        credentials: Credentials,
        endpoint: str | None = None,
    ) -> None:
        self._prefix = f"{prefix}/" if prefix else ""
        self._region = region
        self._credentials = credentials
        if endpoint is None:
            self._scheme, self._host = "https", f"{bucket}.s3.{region}.amazonaws.com"
            self._root = "/"
        else:
            parts = urlsplit(endpoint)
            self._scheme, self._host = parts.scheme, parts.netloc
            self._root = f"{parts.path.rstrip('/')}/{bucket}/"

    async def sign_write(
        self, upload: FileUpload, seconds: int, now: datetime
    ) -> tuple[str, Mapping[str, str]]:
        """See `Store.sign_write`. An address writes once: nothing of that name is there before."""
        headers = {
            "Content-Type": upload.content_type,
            "Content-Length": str(upload.size_bytes),
            "If-None-Match": "*",
        }
        if upload.checksum_sha256 is not None:
            headers["x-amz-checksum-sha256"] = upload.checksum_sha256
        return self._sign("PUT", upload.object_name, {}, headers, seconds=seconds, now=now), headers

    async def sign_part(
        self, upload: FileUpload, part_number: int, seconds: int, now: datetime
    ) -> tuple[str, Mapping[str, str]]:
        """See `Store.sign_part`."""
        query = {"partNumber": str(part_number), "uploadId": upload.store_upload_id or ""}
        return self._sign("PUT", upload.object_name, query, {}, seconds=seconds, now=now), {}

    async def sign_read(
        self, name: str, disposition: str, content_type: str, seconds: int, now: datetime
    ) -> str:
        """See `Store.sign_read`."""
        query = {
            "response-content-disposition": disposition,
            "response-content-type": content_type,
        }
        return self._sign("GET", name, query, {}, seconds=seconds, now=now)

    async def begin(self, name: str, content_type: str) -> str | None:
        """See `Store.begin`."""
        _, _, body = await self._ask(
            "POST", name, {"uploads": ""}, headers={"Content-Type": content_type}
        )
        return _text(_read(body), "UploadId")

    async def parts(self, upload: FileUpload, after: int, limit: int) -> Sequence[StoredPart]:
        """See `Store.parts`. Raises: FileUploadNotFound, once it has ended there."""
        found: list[StoredPart] = []
        while len(found) < limit:
            asked = min(limit - len(found), _MOST_LISTED)
            query = {
                "uploadId": upload.store_upload_id or "",
                "part-number-marker": str(found[-1].part_number if found else after),
                "max-parts": str(asked),
            }
            status, _, body = await self._ask("GET", upload.object_name, query, also=(404,))
            if status == 404:
                raise FileUploadNotFound
            page = [_part(each) for each in _read(body).iterfind("{*}Part")]
            found += page
            if len(page) < asked:
                break
        return found

    async def complete(self, upload: FileUpload, parts: Sequence[NamedPart]) -> Stored:
        """See `Store.complete`."""
        try:
            there = {each.part_number: each for each in await self.parts(upload, 0, 10_000)}
        except FileUploadNotFound:
            # Joined already, by a call whose answer was lost.
            joined = await self.look(upload.object_name)
            if joined is None:
                raise
        else:
            _check(parts, there, upload.size_bytes)
            joined = await self._join(upload, parts)
        if upload.checksum_sha256 is not None:
            expected = read_checksum(upload.checksum_sha256)
            if await self._sha256(upload.object_name) != expected:
                raise FileBodyInvalid(reason="together the parts have another checksum")
        return joined

    async def abort(self, name: str, store_upload_id: str | None) -> None:
        """See `Store.abort`."""
        if store_upload_id is not None:
            await self._ask("DELETE", name, {"uploadId": store_upload_id}, also=(404,))

    async def look(self, name: str) -> Stored | None:
        """See `Store.look`."""
        status, headers, _ = await self._ask("HEAD", name, {}, also=(404,))
        if status == 404:
            return None
        return Stored(int(headers["Content-Length"]), headers["ETag"])

    async def delete(self, name: str) -> None:
        """See `Store.delete`."""
        await self._ask("DELETE", name, {}, also=(404,))

    async def delete_below(self, folder: str) -> None:
        """See `Store.delete_below`."""
        prefix = f"{self._prefix}{folder}/"
        while True:
            _, _, body = await self._ask("GET", None, {"uploads": "", "prefix": prefix})
            uploads = list(_read(body).iterfind("{*}Upload"))
            for each in uploads:
                await self.abort(self._own(_text(each, "Key")), _text(each, "UploadId"))
            if not uploads:
                break
        while True:
            _, _, body = await self._ask("GET", None, {"list-type": "2", "prefix": prefix})
            keys = [each.text or "" for each in _read(body).iterfind("{*}Contents/{*}Key")]
            for key in keys:
                await self.delete(self._own(key))
            if not keys:
                break

    async def _join(self, upload: FileUpload, parts: Sequence[NamedPart]) -> Stored:
        root = etree.Element("CompleteMultipartUpload")
        for part in parts:
            each = etree.SubElement(root, "Part")
            etree.SubElement(each, "PartNumber").text = str(part.part_number)
            etree.SubElement(each, "ETag").text = f'"{part.etag.strip(chr(34))}"'
        query = {"uploadId": upload.store_upload_id or ""}
        _, _, body = await self._ask("POST", upload.object_name, query, data=etree.tostring(root))
        # A failure in the middle is told in an answer that began as a success.
        answer = _read(body)
        if etree.QName(answer).localname != "CompleteMultipartUploadResult":
            raise FilesAway
        return Stored(upload.size_bytes, f'"{_text(answer, "ETag").strip(chr(34))}"')

    async def _sha256(self, name: str) -> bytes:
        sha256 = hashlib.sha256()
        url = self._sign("GET", name, {}, {}, seconds=_OWN_SECONDS, now=datetime.now(UTC))
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.get(_as_it_is(url)) as answer,
            ):
                if answer.status != 200:
                    raise FilesAway
                async for data in answer.content.iter_chunked(1024 * 1024):
                    sha256.update(data)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FilesAway from error
        return sha256.digest()

    async def _ask(
        self,
        method: str,
        name: str | None,
        query: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        also: Sequence[int] = (),
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Ask the service itself. Raises: FilesAway, for any failure but those of `also`."""
        given = headers or {}
        url = self._sign(method, name, query, given, seconds=_OWN_SECONDS, now=datetime.now(UTC))
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.request(
                    method, _as_it_is(url), headers=given, data=data, allow_redirects=False
                ) as answer,
            ):
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FilesAway from error
        if not 200 <= answer.status < 300 and answer.status not in also:
            raise FilesAway
        return answer.status, answer.headers, body

    def _sign(
        self,
        method: str,
        name: str | None,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        seconds: int,
        now: datetime,
    ) -> str:
        path = self._root if name is None else f"{self._root}{self._prefix}{name}"
        asked = Asked(method, self._scheme, self._host, path, query, headers)
        return signed_url(asked, self._credentials, self._region, now, seconds)

    def _own(self, key: str) -> str:
        return key.removeprefix(self._prefix)


def _check(parts: Sequence[NamedPart], there: Mapping[int, StoredPart], size_bytes: int) -> None:
    """Refuse parts that cannot be joined. Raises: PartInvalid; PartTooSmall."""
    for part in parts:
        found = there.get(part.part_number)
        if found is None or found.etag.strip('"') != part.etag.strip('"'):
            raise PartInvalid(reason=f"part {part.part_number} is not the one that arrived")
    for part in parts[:-1]:
        if there[part.part_number].size_bytes < LEAST_PART_BYTES:
            raise PartTooSmall(part_number=part.part_number, limit=LEAST_PART_BYTES)
    if sum(there[part.part_number].size_bytes for part in parts) != size_bytes:
        raise PartInvalid(reason=f"together they must have {size_bytes} bytes")


def _part(element: Any) -> StoredPart:
    return StoredPart(
        int(_text(element, "PartNumber")),
        int(_text(element, "Size")),
        _text(element, "ETag"),
        datetime.fromisoformat(_text(element, "LastModified")),
    )


def _read(body: bytes) -> Any:
    """An answer's document. Raises: FilesAway."""
    try:
        return etree.fromstring(body, xml.parser())
    except etree.XMLSyntaxError as error:
        raise FilesAway from error


def _text(element: Any, name: str) -> str:
    """What stands in a child. Raises: FilesAway, without one."""
    found = element.findtext("{*}" + name)
    if found is None:
        raise FilesAway
    return str(found)


def _as_it_is(url: str) -> URL:
    """The address as it was signed, which nobody is to write in another form."""
    return URL(url, encoded=True)
