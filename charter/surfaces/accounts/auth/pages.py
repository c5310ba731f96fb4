"""The pages that mailed links open: a button uses the link, opening it alone does nothing.

Each is the same for everybody: its script takes the token from the address and posts it to the
call of the same name, so that nothing that a link says is ever written into a page.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from falcon.asgi import Request, Response

FOLDER = "/accounts/auth-pages/"
STYLE = """
:root { color-scheme: light dark; --ink: #1a1d21; --ground: #fff; --quiet: #5c646d; --edge: #80878f;
  --deed: #1f6f54; --on-deed: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef0; --ground: #15181b; --quiet: #a9b1b9; --edge: #7d858d; --deed: #63c9a4;
    --on-deed: #0c2019 }
}
* { box-sizing: border-box }
body { background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 26rem; padding: 18vh 1rem 1rem }
h1 { font-size: 1.375rem; margin: 0 }
#said { color: var(--quiet); margin: .5rem 0 1.5rem }
label { display: block; margin-bottom: 1rem }
label[hidden] { display: none }
button, input { border-radius: .4rem; font: inherit; min-height: 2.75rem; padding: .5rem 1rem;
  width: 100% }
button { background: var(--deed); border: 0; color: var(--on-deed); cursor: pointer;
  font-weight: 600 }
input { background: transparent; border: 1px solid var(--edge); color: inherit; display: block;
  margin-top: .25rem }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px }
"""
SCRIPT = """
const form = document.forms[0], said = document.getElementById("said");
const query = new URLSearchParams(location.search);
history.replaceState(null, "", location.pathname);
form.hidden = false;
const again = (text) => { said.textContent = text; form.hidden = false; };
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.hidden = true;
  const body = Object.fromEntries(new FormData(form));
  for (const name of ["client_id", "token"]) {
    if (query.get(name)) body[name] = query.get(name);
  }
  let answer, problem = null;
  try {
    answer = await fetch(form.dataset.action, {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify(body),
    });
    if (!answer.ok) problem = await answer.json();
  } catch {
    again("The server did not answer. Try again in a moment.");
    return;
  }
  said.textContent = problem ? problem.detail : form.dataset.done;
  if (!problem) return;
  const mends = ["second_factor_required", "second_factor_wrong", "validation_error"];
  const passes = answer.status === 429 || answer.status === 503;
  if (passes || mends.includes(problem.code) || problem.code.startsWith("password_")) {
    const code = document.getElementById("code");
    if (code && problem.code.startsWith("second_factor")) {
      code.hidden = code.firstElementChild.disabled = false;
    }
    again(problem.detail);
    form.querySelector("input:enabled")?.focus();
  }
});
"""
PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$heading</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$heading</h1>
<p id="said" role="status">$text</p>
<form data-action="$action" data-done="$done" hidden>
$fields<button type="submit">$button</button>
</form>
<noscript>This page needs JavaScript.</noscript>
</main>
<script>$script</script>
</body>
</html>
"""
)
CODE_FIELD = (
    '<label id="code" hidden>Code of your second factor'
    '<input name="code" autocomplete="one-time-code" required disabled></label>\n'
)
NEW_FIELD = (
    "<label>New password"
    '<input name="new_password" type="password" autocomplete="new-password" required></label>\n'
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says. fields: what it asks for beside a press of its button."""

    heading: str
    text: str
    button: str
    done: str
    fields: str = ""


PAGES: Mapping[str, Words] = {
    "accept-invite": Words(
        "You are invited",
        "Go on to join.",
        "Join",
        "You have joined. Go on in the application.",
        CODE_FIELD,
    ),
    "sign-in-with-token": Words(
        "Sign in",
        "Go on if you asked for this link.",
        "Sign in",
        "You are signed in. Go on in the application.",
        CODE_FIELD,
    ),
    "verify": Words(
        "Confirm your address",
        "Go on if you asked for this link.",
        "Confirm",
        "Your address is confirmed. Sign in in the application.",
    ),
    "reset-password": Words(
        "Choose a new password",
        "Everybody who is signed in to your account is signed out then.",
        "Set the password",
        "Your password is set. Sign in with it in the application.",
        NEW_FIELD,
    ),
}
"""Every page, by the call that its button makes."""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; script-src {_hash(SCRIPT)}; style-src {_hash(STYLE)};"
        " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    # The address holds the link: no other site is told it.
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class MailedLinkPage:
    """One page, written once."""

    def __init__(self, name: str, words: Words) -> None:
        self._html = PAGE.substitute(
            style=STYLE,
            script=SCRIPT,
            action=f"/accounts/auth/{name}",
            heading=words.heading,
            text=words.text,
            button=words.button,
            done=words.done,
            fields=words.fields,
        )

    async def on_get(self, _request: Request, response: Response) -> None:
        """The page."""
        response.content_type = "text/html; charset=utf-8"
        response.text = self._html
        response.set_headers(HEADERS)


def routes() -> Sequence[tuple[str, Any]]:
    """Where the pages are; links lead to the calls, and browsers are shown these in their place."""
    return [(FOLDER + name, MailedLinkPage(name, words)) for name, words in PAGES.items()]
