"""A page with the browser scripts by script tag, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.live import LiveServer

PAGE = """<!doctype html>
<title>A page</title>
<link rel="icon" href="data:,">
<div id="user"><a href="/sign-in">Sign in</a></div>
<div id="organization"></div><div id="component"></div>
<script src="{scripts}/ui@1/dist/ui.browser.js" crossorigin="anonymous"></script>
<script src="{scripts}/clerk-js@6/dist/clerk.browser.js" crossorigin="anonymous"
  data-clerk-publishable-key="{key}" data-clerk-proxy-url="{proxy}"></script>
<script type="module">
  const ui = {{ ClerkUI: window.__internal_ClerkUICtor }};
  await Clerk.load({{ ui, telemetry: false, signInUrl: "/sign-in", signUpUrl: "/sign-up" }});
  const place = document.getElementById("component");
  const mount = {{
    "/sign-in": () => Clerk.mountSignIn(place),
    "/sign-up": () => Clerk.mountSignUp(place),
    "/profile": () => Clerk.mountUserProfile(place),
    "/organization": () => Clerk.mountOrganizationProfile(place),
  }}[location.pathname];
  if (mount) mount();
  if (Clerk.isSignedIn) {{
    document.getElementById("user").replaceChildren();
    Clerk.mountUserButton(document.getElementById("user"));
    Clerk.mountOrganizationSwitcher(document.getElementById("organization"));
  }}
</script>
"""


@contextmanager
def static_app(server: LiveServer) -> Iterator[str]:
    """Serve the page under every path while the block runs; its address."""
    page = PAGE.format(
        scripts=f"{server.frontend_url}/npm/@clerk",
        key=server.publishable_key,
        proxy=server.frontend_url,
    ).encode()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    app = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    yield f"http://localhost:{app.server_port}"
    app.shutdown()
    app.server_close()
