"""What the routes of files have to be told beside ids."""

import hashlib
from typing import Any

FILES = "/api/accounts/{account_id}/files"
NEW = {"key": "fresh.txt", "content_type": "text/plain", "size": 5}
BEGUN, KEPT = {"key": "begun.bin"}, {"key": "kept.txt"}
PART = {"part_number": 1, "etag": f'"{hashlib.md5(b"abc").hexdigest()}"'}

BODIES: dict[tuple[str, str], Any] = {
    ("DELETE", FILES): {"keys": ["kept.txt"]},
    ("POST", f"{FILES}/delete"): {"keys": ["kept.txt"]},
    ("POST", f"{FILES}/presign"): NEW,
    ("POST", f"{FILES}/presign-read"): KEPT,
    ("POST", f"{FILES}/confirm"): KEPT,
    ("POST", f"{FILES}/multipart/create"): NEW,
    ("POST", f"{FILES}/multipart/parts"): BEGUN,
    ("POST", f"{FILES}/multipart/presign"): {**BEGUN, "part_numbers": [1]},
    ("POST", f"{FILES}/multipart/complete"): {"key": "ready.bin", "parts": [PART]},
    ("POST", f"{FILES}/multipart/abort"): BEGUN,
}
