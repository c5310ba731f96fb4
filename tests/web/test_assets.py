"""Static files, and the first page that uses them."""

import falcon.asgi
import falcon.testing
import pytest

from charter.web.assets import ASSETS, STATIC, Assets, routes
from charter.web.home.pages import Home, Place, render_home


def browser():
    app = falcon.asgi.App()
    for path, resource in routes():
        app.add_route(path, resource)
    return falcon.testing.TestClient(app)


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_every_static_file_is_served_under_its_hash_and_may_be_kept(file):
    answer = browser().get(ASSETS.url(file.name))
    assert answer.content == file.read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"].split(";")[0] in {"text/css", "text/javascript"}


@pytest.mark.parametrize(
    "name", ["charter.css", "charter.000000000000.css", "..%2Fpages.py", "%00"]
)
def test_a_file_under_another_name_is_not_found(name):
    answer = browser().get(f"/assets/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_changed_file_has_a_new_address_and_other_kinds_are_not_served(tmp_path):
    (tmp_path / "a.css").write_text("a {}")
    (tmp_path / "secret.pem").write_text("key")
    before = Assets(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b {}")
    assert Assets(tmp_path).url("a.css") != before
    with pytest.raises(KeyError):
        Assets(tmp_path).url("secret.pem")


def test_the_first_page_names_the_doors_and_escapes_what_they_are_called_k3():
    home = Home(
        application_name="<script>alert(1)</script>",
        version="0.1.0",
        api_url="http://127.0.0.1:8000",
        publishable_key="pk_test_key",
        doors=(Place("Backend API", "http://127.0.0.1:8000/v1", "For servers."),),
        frontend_url="http://127.0.0.1:8000/frontend",
    )
    page = render_home(home)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    for words in ("pk_test_key", "http://127.0.0.1:8000/v1", "/frontend", "/dev/outbox"):
        assert words in page
