"""A service on this machine that tells people from programs, and speaks as Turnstile does.

Its script shows a button in a frame; who presses it is a person, and the page is given a token that
works once. With the site key of `ROBOTS` the button gives a token that never works.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from charter.outside.captcha import SiteVerify

SECRET = "what only we and the service know"
PEOPLE, ROBOTS = "site-of-people", "site-of-robots"
SCRIPT = """
for (const box of document.querySelectorAll(".cf-turnstile")) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = box.dataset.responseFieldName || "cf-turnstile-response";
  const frame = document.createElement("iframe");
  const asked = new URLSearchParams({sitekey: box.dataset.sitekey, language: box.dataset.language});
  frame.src = new URL(`frame?${asked}`, document.currentScript.src);
  frame.title = "A check";
  frame.width = 300;
  frame.height = 65;
  frame.style.border = "0";
  frame.style.display = "block";
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow) input.value = event.data;
  });
  box.append(frame, input);
}
"""
FRAME = """<!doctype html>
<html lang="en"><meta name="color-scheme" content="light dark"><title>A check</title>
<button type="button" data-token="{token}">I am a person</button>
<script>
const button = document.querySelector("button");
button.addEventListener("click", () => {{
  parent.postMessage(button.dataset.token, "*");
  button.textContent = "Passed";
}});
</script></html>
"""


@dataclass
class Service:
    """The service. url: where it is. sent: the forms that it was asked with."""

    url: str = ""
    sent: list[dict[str, str]] = field(default_factory=list)
    _open: set[str] = field(default_factory=set)

    @property
    def script_url(self) -> str:
        return f"{self.url}/api.js"

    @property
    def captcha(self) -> SiteVerify:
        """What a server asks the service by."""
        return SiteVerify(f"{self.url}/siteverify", SECRET, self.script_url)

    def token(self, site_key: str = PEOPLE) -> str:
        """A token as whoever presses the button is given one."""
        made = secrets.token_hex(16)
        if site_key != ROBOTS:
            self._open.add(made)
        return made

    async def script(self, _request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def frame(self, request: web.Request) -> web.Response:
        token = self.token(request.query["sitekey"])
        return web.Response(text=FRAME.format(token=token), content_type="text/html")

    async def verify(self, request: web.Request) -> web.Response:
        form = {name: str(text) for name, text in (await request.post()).items()}
        self.sent.append(form)
        is_ours = form.get("secret") == SECRET
        is_open = form.get("response") in self._open
        self._open.discard(form.get("response", ""))
        return web.json_response({"success": is_ours and is_open})


@asynccontextmanager
async def telling_people() -> AsyncIterator[Service]:
    """The service while the block runs."""
    made = Service()
    app = web.Application()
    app.router.add_get("/api.js", made.script)
    app.router.add_get("/frame", made.frame)
    app.router.add_post("/siteverify", made.verify)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()
