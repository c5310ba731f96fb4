"""How the Frontend API writes a browser's state: its client, sessions, users."""

from typing import Any

from charter.core.clients.state import BrowserState
from charter.core.memberships.model import Membership
from charter.core.sessions.model import Session
from charter.core.users.model import User
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.sessions import TaskOut, TokenOut, tasks_out
from charter.surfaces.backend.shapes import millis
from charter.surfaces.backend.sign_ups import SignUpOut
from charter.surfaces.backend.users_out import UserOut as BackendUserOut
from charter.surfaces.frontend.organization_shapes import OrganizationMembershipOut
from charter.surfaces.frontend.sign_in_out import SignInOut
from charter.wire.call import Out, View

HIDDEN = frozenset({"private_metadata", "locale", "scim", "bypass_client_trust"})


class PublicUserDataOut(Out):
    """What may be shown of a person to others."""

    user_id: str
    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool
    identifier: str
    username: str | None
    banned: bool

    @classmethod
    def of(cls, user: User, view: View) -> "PublicUserDataOut":
        """As this API writes it."""
        return cls(
            user_id=user.id,
            first_name=user.first_name,
            last_name=user.last_name,
            image_url=image_url(view, "users", user.id, user.image_key),
            has_image=user.image_key is not None,
            identifier=user.identifier or "",
            username=user.username,
            banned=user.is_banned,
        )


class OwnUser:
    """A user as they see themselves: what the Backend API says, without what is the app's."""

    type = BackendUserOut

    @classmethod
    def of(cls, user: User, view: View) -> dict[str, Any]:
        """As this API writes it."""
        written = BackendUserOut.of(user, view)
        found = {
            name: getattr(written, name) for name in written.__struct_fields__ if name not in HIDDEN
        }
        if found["create_organizations_limit"] is None:
            del found["create_organizations_limit"]
        return found


def user_out(user: User, memberships: tuple[Membership, ...], view: View) -> dict[str, Any]:
    """A user with the organizations they are in."""
    shown = [OrganizationMembershipOut.of(each, view) for each in memberships]
    return {**OwnUser.of(user, view), "organization_memberships": shown}


class SessionOut(Out):
    """A session with its user."""

    id: str
    object: str
    status: str
    expire_at: int
    abandon_at: int
    last_active_at: int
    last_active_organization_id: str | None
    last_active_token: TokenOut | None
    actor: dict[str, Any] | None
    tasks: list[TaskOut] | None
    user: Any
    public_user_data: PublicUserDataOut
    factor_verification_age: list[int]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, session: Session, state: BrowserState, view: View) -> "SessionOut":
        """As this API writes it."""
        user = state.users[session.user_id]
        jwt = state.tokens.get(session.id)
        status = session.status_at(view.now)
        return cls(
            id=session.id,
            object="session",
            status=status.value,
            expire_at=millis(session.expire_at),
            abandon_at=millis(session.abandon_at),
            last_active_at=millis(session.last_active_at),
            last_active_organization_id=session.last_active_organization_id,
            last_active_token=None if jwt is None else TokenOut(object="token", jwt=jwt),
            actor=session.actor,
            tasks=tasks_out(session, view),
            user=user_out(user, state.memberships.get(user.id, ()), view),
            public_user_data=PublicUserDataOut.of(user, view),
            factor_verification_age=[
                minutes_since(session.first_factor_at, view),
                minutes_since(session.second_factor_at, view),
            ],
            created_at=millis(session.created_at),
            updated_at=millis(session.updated_at),
        )


def minutes_since(moment: Any, view: View) -> int:
    """Whole minutes since a factor was proven; -1 if it was not."""
    return -1 if moment is None else max(0, int((view.now - moment).total_seconds() // 60))


class ClientOut(Out):
    """A browser's client, whole: it replaces what the browser knew."""

    object: str
    id: str
    sessions: list[SessionOut]
    sign_in: SignInOut | None
    sign_up: SignUpOut | None
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    cookie_expires_at: int | None
    captcha_bypass: bool
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, state: BrowserState, view: View) -> "ClientOut":
        """As this API writes it."""
        client = state.client
        return cls(
            object="client",
            id=client.id,
            sessions=[SessionOut.of(each, state, view) for each in state.sessions],
            sign_in=None if state.sign_in is None else SignInOut.of(state.sign_in, view),
            sign_up=None if state.sign_up is None else SignUpOut.of(state.sign_up, view),
            last_active_session_id=next(
                (each.id for each in state.sessions if each.id == client.last_active_session_id),
                None,  # it has ended
            ),
            last_authentication_strategy=client.last_authentication_strategy,
            cookie_expires_at=None,
            captcha_bypass=view.is_testing,
            created_at=millis(client.created_at),
            updated_at=millis(client.updated_at),
        )
