"""Blobs: the same in a folder, in memory and in an object store; keys lead nowhere else."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from charter.outside.blobs import Blob, BlobNotFound, BlobsAway, open_blobs, open_folder

KEY = "images/user_2x/3f-9a.png"


class Bucket(BaseHTTPRequestHandler):
    """As much of the S3 protocol as three calls need."""

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.objects[self.path] = (data, self.headers["Content-Type"])
        self.answer(200, b"", ETag='"1"')

    def do_GET(self):
        if self.path not in self.server.objects:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        data, content_type = self.server.objects[self.path]
        return self.answer(
            200,
            data,
            ETag='"1"',
            Last_Modified="Fri, 20 Nov 2026 12:00:00 GMT",
            Content_Type=content_type,
        )

    def do_POST(self):  # the deletion of several objects at once, as the library does it
        body = self.rfile.read(int(self.headers["Content-Length"]))
        keys = re.findall(rb"<Key>([^<]+)</Key>", body)
        for key in keys:
            self.server.objects.pop(f"/files/{key.decode()}", None)
        deleted = b"".join(b"<Deleted><Key>" + key + b"</Key></Deleted>" for key in keys)
        self.answer(200, b"<DeleteResult>" + deleted + b"</DeleteResult>")

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def bucket(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.objects = {}
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["folder", "memory", "bucket"])
def blobs(request, tmp_path):
    if request.param == "folder":
        return open_blobs((tmp_path / "a folder #1 100%").as_uri())
    if request.param == "memory":
        return open_blobs("memory:///")
    request.getfixturevalue("bucket")
    return open_blobs("s3://files/charter")


async def test_what_was_put_comes_back_with_its_type(blobs):
    await blobs.put(KEY, b"\x89PNG", "image/png")
    assert await blobs.get(KEY) == Blob(b"\x89PNG", "image/png")


async def test_a_second_put_replaces_the_first(blobs):
    await blobs.put(KEY, b"first", "image/png")
    await blobs.put(KEY, b"second and longer", "image/png")
    assert (await blobs.get(KEY)).data == b"second and longer"


async def test_an_empty_file_is_kept(blobs):
    await blobs.put("exports/none.csv", b"", "text/csv")
    assert await blobs.get("exports/none.csv") == Blob(b"", "text/csv")


async def test_what_was_never_put_is_not_found(blobs):
    with pytest.raises(BlobNotFound):
        await blobs.get(KEY)


async def test_what_was_deleted_is_gone_and_may_be_deleted_again(blobs):
    await blobs.put(KEY, b"x", "image/png")
    await blobs.delete(KEY)
    await blobs.delete(KEY)
    with pytest.raises(BlobNotFound):
        await blobs.get(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".png",
        "/a.png",
        "a",
        "a/",
        "a//b.png",
        "../a.png",
        "a/../b.png",
        "a/..%2fb.png",
        "a\\..\\b.png",
        "a/.hidden.png",
        "a.png/b.png",
        "a.png\n",
        "a\x00.png",
        "ä.png",
        "a b.png",
        "C:/a.png",
        "a.exe",
        "a.PNG",
        "a" * 129 + ".png",
        "a/" * 300 + "a.png",
    ],
)
async def test_a_key_that_could_lead_elsewhere_is_refused_by_every_call(key):
    blobs = open_blobs("memory:///")
    for call in (blobs.put(key, b"x", "image/png"), blobs.get(key), blobs.delete(key)):
        with pytest.raises(ValueError, match="key"):
            await call


async def test_a_type_that_the_ending_denies_is_refused(blobs):
    with pytest.raises(ValueError, match="ending"):
        await blobs.put(KEY, b"<script>", "text/html")


async def test_a_folder_holds_the_file_under_its_key(tmp_path):
    blobs = open_folder(tmp_path / "files")
    await blobs.put(KEY, b"x", "image/png")
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")] == [
        (tmp_path / "files" / KEY).relative_to(tmp_path)
    ]


async def test_an_object_store_is_told_the_type(bucket):
    await open_blobs("s3://files/charter").put(KEY, b"x", "image/png")
    assert bucket.objects == {f"/files/charter/{KEY}": (b"x", "image/png")}


async def test_a_store_that_does_not_answer_is_away(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(BlobsAway):
        await open_blobs("s3://files/charter").get(KEY)


async def test_a_folder_that_cannot_be_written_is_away(tmp_path):
    blobs = open_folder(tmp_path / "files")
    (tmp_path / "files" / "images").write_text("a file where a folder should be")
    with pytest.raises(BlobsAway):
        await blobs.put(KEY, b"x", "image/png")


@pytest.mark.parametrize(
    "url", ["", "/a/folder", "file:", "file://host/x", "https://x/", "ftp://x/", "s3://", "s3:/x"]
)
def test_a_url_of_no_known_store_is_refused(url):
    with pytest.raises(ValueError, match="Blobs are kept"):
        open_blobs(url)
