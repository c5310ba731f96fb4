"""One's own user in the Frontend API."""

from charter.core.users import own
from charter.surfaces.frontend.client_out import OwnUser
from charter.surfaces.frontend.shapes import Wrapped
from charter.wire.call import Call

TAG = "User"

CALLS = [
    Call("GET", "/me", own.get, Wrapped(OwnUser), tag=TAG),
]
