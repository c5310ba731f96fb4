"""Where the bytes of organizations' files are: a folder of this server, or an S3 service."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from charter.outside.files.folder import FolderStore
from charter.outside.files.s3 import S3Store
from charter.outside.files.signing import Credentials


def open_files(url: str, environment: Mapping[str, str] | None = None) -> FolderStore | S3Store:
    """Open the store that a URL names; a folder is made when something is kept in it.

    url: `file:///folder` or `s3://bucket/prefix`. environment: the process's own where it is None;
    it names an S3 service, its region and the keys to it, as programs for it have it
    (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, …).
    Raises: ValueError, when the URL names no store that we know, or keys are missing.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        given = os.environ if environment is None else environment
        region = given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION") or "us-east-1"
        key_id, secret = given.get("AWS_ACCESS_KEY_ID"), given.get("AWS_SECRET_ACCESS_KEY")
        if not key_id or not secret:
            raise ValueError("s3:// needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
        credentials = Credentials(key_id, secret, given.get("AWS_SESSION_TOKEN"))
        endpoint = given.get("AWS_ENDPOINT_URL_S3") or given.get("AWS_ENDPOINT_URL")
        return S3Store(parts.netloc, parts.path.strip("/"), region, credentials, endpoint)
    raise ValueError("Files are kept at file:///folder or s3://bucket/prefix.")
