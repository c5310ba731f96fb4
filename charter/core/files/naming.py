"""How files are called elsewhere: in lists, in downloads."""

from urllib.parse import quote

from charter.core.files.model import File


def entry(listed: File | str) -> str:
    """What a page of a list ends with."""
    return listed.key if isinstance(listed, File) else listed


def readable(key: str) -> str:
    """A key that may be no text, as one."""
    return key.encode("utf-8", "replace").decode()


def disposition(key: str) -> str:
    """The header that has a browser keep a file instead of showing it (RFC 6266, RFC 8187)."""
    name = key.rpartition("/")[2]
    plain = "".join(each if " " <= each <= "~" and each not in '"\\%' else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
