"""Packages of scripts: the pinned bytes or nothing, and never a path that leads elsewhere."""

import base64
import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from charter.outside import packages
from charter.outside.packages import Package, PackageAway, PackageRefused

SCRIPT = b"window.Clerk = 1"
USUAL = {"package/dist/a.browser.js": SCRIPT, "package/LICENSE": b"MIT"}


def tarball(files=USUAL, *, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data) if kind == tarfile.REGTYPE else 0
            entry.type, entry.linkname = kind, link
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def pinned(data: bytes) -> Package:
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    return Package("@acme/a", "1.2.3", f"sha512-{digest}")


@pytest.fixture
def registry():
    """A registry on a port that answers with what is put into it by path."""
    answers: dict[str, bytes] = {}

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self):
            body = answers.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()


def test_a_package_comes_as_a_registry_offers_it(registry):
    url, answers = registry
    about = {"dist": {"tarball": f"{url}/files/a.tgz"}}
    answers["/@acme%2Fa/1.2.3"] = json.dumps(about).encode()
    answers["/files/a.tgz"] = tarball()
    assert packages.download(pinned(b""), url) == tarball()


@pytest.mark.parametrize(
    "about", [None, b"[]", b"no", b'{"dist":{"tarball":"file:///etc/passwd"}}']
)
def test_a_registry_that_has_it_not_is_told_in_one_sentence(registry, about):
    url, answers = registry
    if about is not None:
        answers["/@acme%2Fa/1.2.3"] = about
    with pytest.raises(PackageAway, match=r"@acme/a@1\.2\.3 could not be fetched from"):
        packages.download(pinned(b""), url)


@pytest.mark.parametrize("name", ["acme-a-1.2.3.tgz", "a-1.2.3.tgz"])
def test_a_folder_may_hold_it_under_either_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    assert packages.find(pinned(b"x"), tmp_path) == b"x"


def test_a_folder_without_it_is_told_which_file_is_missing(tmp_path):
    with pytest.raises(PackageAway, match=r"has no acme-a-1\.2\.3\.tgz"):
        packages.find(pinned(b"x"), tmp_path)


def test_the_scripts_and_the_licence_are_kept_and_nothing_else(tmp_path):
    more = {**USUAL, "package/package.json": b"{}", "package/dist/deep/b.js": b"", "x.js": b""}
    data = tarball(more)
    packages.unpack(pinned(data), data, tmp_path)
    kept = {path.name: path.read_bytes() for path in (tmp_path / "a@1.2.3").iterdir()}
    assert kept == {"a.browser.js": SCRIPT, "LICENSE": b"MIT"}
    assert [path.name for path in tmp_path.iterdir()] == ["a@1.2.3"]


def test_a_second_copy_takes_the_place_of_the_first(tmp_path):
    for text in (b"first", b"second"):
        data = tarball({"package/dist/a.js": text})
        packages.unpack(pinned(data), data, tmp_path)
    assert (tmp_path / "a@1.2.3" / "a.js").read_bytes() == b"second"


def test_other_bytes_than_the_pinned_ones_are_refused(tmp_path):
    with pytest.raises(PackageRefused, match="not what is pinned"):
        packages.unpack(pinned(b"other"), tarball(), tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "name", ["../x.js", "/tmp/x.js", "package/dist/../../../x.js", "package\\..\\x.js"]
)
def test_a_path_that_leads_elsewhere_refuses_the_whole(tmp_path, name):
    data = tarball({**USUAL, name: b"x"})
    with pytest.raises(PackageRefused, match="which is refused"):
        packages.unpack(pinned(data), data, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_pipe_refuses_the_whole(tmp_path, kind):
    data = tarball({"package/dist/a.js": b""}, kind=kind, link="/etc/passwd")
    with pytest.raises(PackageRefused, match="which is refused"):
        packages.unpack(pinned(data), data, tmp_path)


def test_what_unpacks_to_more_than_scripts_can_be_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(PackageRefused):
        packages.unpack(pinned(tarball()), tarball(), tmp_path)


def test_what_is_no_tarball_is_refused(tmp_path):
    with pytest.raises(PackageRefused, match="not a tarball"):
        packages.unpack(pinned(b"<html>"), b"<html>", tmp_path)


@pytest.mark.parametrize(
    ("named", "environment", "registry"),
    [
        ("http://a/", {"npm_config_registry": "http://b/"}, "http://a"),
        ("", {"npm_config_registry": "http://b/"}, "http://b"),
        ("", {"NPM_CONFIG_REGISTRY": "http://c"}, "http://c"),
        ("none", {"npm_config_registry": "http://b/"}, None),
    ],
)
def test_the_registry_is_the_named_one_or_that_of_the_environment(named, environment, registry):
    assert packages.registry_of(named, environment) == registry
