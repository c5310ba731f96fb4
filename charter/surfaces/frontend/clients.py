"""The browser's client in the Frontend API."""

from typing import Any

from charter.core.clients import making
from charter.core.clients import state as clients
from charter.core.clients.state import BrowserState
from charter.core.sessions import browsing
from charter.surfaces.frontend.client_out import ClientOut
from charter.surfaces.frontend.shapes import Nothing, Wrapped
from charter.wire.call import Call, Out, View

TAG = "Client"


class OwnClient:
    """Answers the browser's state as the client it is; null where there is none."""

    type = ClientOut

    @classmethod
    def of(cls, state: BrowserState | None, view: View) -> ClientOut | None:
        """As this API writes it."""
        return None if state is None else ClientOut.of(state, view)


class DevBrowserOut(Out):
    """The token that a development browser holds instead of a cookie."""

    id: str
    token: str
    instance_id: str
    object: str

    @classmethod
    def of(cls, result: Any, view: View) -> "DevBrowserOut":
        """As this API writes it."""
        return cls(
            id=result.client_token,
            token=result.client_token,
            instance_id=view.instance.id,
            object="dev_browser",
        )


CALLS = [
    Call("GET", "/client", clients.get_own, Wrapped(OwnClient), tag=TAG),
    Call("POST", "/client", making.create_own, Wrapped(OwnClient), tag=TAG),
    Call("PUT", "/client", making.create_own, Wrapped(OwnClient), tag=TAG),
    Call("DELETE", "/client", browsing.delete_own, Wrapped(Nothing), tag=TAG),
    Call("DELETE", "/client/sessions", browsing.remove_all_own, Wrapped(OwnClient), tag=TAG),
    Call("POST", "/dev_browser", making.create_for_development, DevBrowserOut, tag="Dev Browser"),
]
