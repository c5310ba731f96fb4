"""Arguments for the operations of files."""

from collections.abc import Callable
from typing import Any

from charter.core.files.model import NewFile
from tests.cast import Cast
from tests.cast_of_files import Sent


def here(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"organization_id": cast["organization"], **more}


def upload(kind: str, key: str, **more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {
        "organization_id": cast["organization"],
        "upload_id": cast[kind],
        "key": key,
        **more,
    }


BEGUN = ("file_upload", "begun.bin")
NEW = NewFile(key="new.txt", content_type="text/plain", size=5)

MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "files.abort_upload": upload(*BEGUN),
    "files.complete_upload": lambda cast: {
        **upload("ready_file_upload", "ready.bin")(cast),
        "parts": [cast.facts["file_part"]],
    },
    "files.confirm": here(key="kept.txt"),
    "files.create_upload": here(new=NEW),
    "files.delete_several": here(file_keys=["kept.txt"]),
    "files.end_upload": lambda cast: {"upload_id": cast["file_upload"]},
    "files.list_parts": upload(*BEGUN),
    "files.open": lambda cast: {"request": cast.facts["file_address"]},
    "files.presign_parts": upload(*BEGUN, part_numbers=[1]),
    "files.presign_read": here(key="kept.txt"),
    "files.presign_write": here(new=NEW),
    "files.receive_part": lambda cast: {
        "request": cast.facts["file_part_coming"],
        "body": Sent(b"abc"),
    },
    "files.receive_whole": lambda cast: {
        "request": cast.facts["file_coming"],
        "body": Sent(b"hello"),
    },
    "files.search": here(),
}
"""Every operation, with what makes its arguments."""

FAILING = {"files.receive_part": "its address writes once, to a folder that forgets nothing"}
