"""A person with a browser that runs no script: it opens pages, fills forms and follows links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.world import World

VOID = {"input", "meta", "link", "img", "br", "path"}


@dataclass
class Form:
    """A form of a page: where it goes, and what it holds."""

    action: str
    is_multipart: bool = False
    values: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, str | None]] = field(default_factory=dict)


class Reader(HTMLParser):
    """Finds the forms, links and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: Form | None = None
        self._select: tuple[str, bool] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "form":
            self._open = Form(given["action"] or "", given.get("enctype") is not None)
            self.forms.append(self._open)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        name = given.get("name")
        if self._open is not None and tag == "input" and name:
            self._open.inputs[name] = given
            if given.get("type") not in ("checkbox", "file") or "checked" in given:
                self._open.values[name] = given.get("value") or ""
        if self._open is not None and tag == "select" and name:
            self._open.inputs[name] = given
            self._select = (name, False)
        if tag == "option" and self._open is not None and self._select is not None:
            name, is_chosen = self._select
            if "selected" in given or (not is_chosen and name not in self._open.values):
                self._open.values[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(" ".join(data.split()))


@dataclass
class Shown:
    """A page as it came."""

    response: httpx.Response
    path: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def read(self) -> Reader:
        return Reader(self.response.text)

    @property
    def text(self) -> str:
        return " ".join(self.read.text)

    def complaint(self, name: str) -> str | None:
        """The complaint that stands for a field, wherever it is."""
        mark = f'id="{name}-error"'
        if mark not in self.html:
            return None
        at = self.html.index(mark)
        start = self.html.rindex("<p", 0, at)
        return Reader(self.html[start : self.html.index("</p>", at)]).text[0]

    def error_at(self, name: str) -> str | None:
        """The complaint that a field of the page is described by."""
        reader = self.read
        for form in reader.forms:
            described = form.inputs.get(name, {}).get("aria-describedby") or ""
            if f"{name}-error" in described.split():
                assert form.inputs[name].get("aria-invalid") == "true"
                assert "autofocus" in form.inputs[name]
                return self.complaint(name)
        return None

    def form(self, path: str | None = None, **holding: str) -> Form:
        """The form that goes to a path, or the first one."""
        for each in self.read.forms:
            action = each.action.partition("?")[0]
            fits = path is None or action.endswith(path)
            if fits and all(each.values.get(name) == value for name, value in holding.items()):
                return each
        raise AssertionError(f"no form to {path} on {self.path}: {self.text}")


@dataclass
class Visitor:
    """A browser on the portal of a world's instance."""

    world: World
    client: httpx.AsyncClient
    page: Shown | None = None
    origin: str = "http://api.test"

    @property
    def base(self) -> str:
        return f"/account/i/{self.world.instance_id}"

    @property
    def now(self) -> Shown:
        assert self.page is not None
        return self.page

    async def open(self, path: str, **query: str) -> Shown:
        """Open a page by its name, and follow where it leads."""
        return await self._go(f"{self.base}/{path}".rstrip("/"), query)

    async def _go(self, url: str, query: dict[str, str] | None = None) -> Shown:
        response = await self.client.get(url, params=query or None)
        return await self._followed(response)

    async def _followed(self, response: httpx.Response) -> Shown:
        for _ in range(8):
            if response.status_code != 303:
                break
            response = await self.client.get(response.headers["location"])
        path = response.url.path.removeprefix(self.base).strip("/")
        self.page = Shown(response, path)
        return self.page

    async def send(
        self, form_path: str | None = None, holding: dict[str, str] | None = None, **filled: Any
    ) -> Shown:
        """Fill in a form of the page and send it."""
        form = self.now.form(form_path, **(holding or {}))
        headers = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        data = {**form.values, **filled}
        files = {name: data.pop(name) for name in list(data) if isinstance(data[name], tuple)}
        response = await self.client.post(
            form.action, data=data, files=files or None, headers=headers
        )
        return await self._followed(response)

    async def sign_in(self, email: str, password: str) -> Shown:
        """Sign in by the forms."""
        await self.open("sign-in")
        await self.send(identifier=email)
        return await self.send(password=password)
