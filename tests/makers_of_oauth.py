"""Arguments for the operations of OAuth applications, their tokens, and agent tasks."""

from collections.abc import Callable
from typing import Any

from charter.core.agent_tasks.model import NewAgentTask, OnBehalfOf
from charter.core.oauth_applications.model import (
    NewOauthApplication,
    OauthApplicationPatch,
    Registration,
)
from charter.core.oauth_authorizations.model import Asked, TokenAsked
from charter.kernel.lists import Search
from tests.cast import PICTURE, Cast
from tests.consenting import CALLBACK


def application(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"oauth_application_id": cast["oauth_application"], **more}


def asked(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"asked": Asked(**cast.facts["oauth_program"].asking()), **more}


def shown(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    """How the application shows who it is."""
    return lambda cast: {
        "client_id": cast.facts["oauth_program"].client_id,
        "client_secret": cast.facts["oauth_program"].secret,
        "token": cast.facts["oauth_tokens"].access_token,
        **more,
    }


def refreshing(cast: Cast) -> dict[str, Any]:
    made = cast.facts["oauth_program"]
    return {
        "asked": TokenAsked(
            grant_type="refresh_token",
            client_id=made.client_id,
            client_secret=made.secret,
            refresh_token=cast.facts["oauth_tokens"].refresh_token,
        )
    }


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "agent_tasks.accept": lambda _: {"ticket": "x"},
    "agent_tasks.create": lambda cast: {
        "new": NewAgentTask(
            on_behalf_of=OnBehalfOf(user_id=cast["user"]),
            agent_name="Tester",
            description="Try it",
            redirect_url="http://localhost/",
        )
    },
    "agent_tasks.revoke": lambda cast: {"agent_task_id": cast["agent_task"]},
    "oauth_applications.create": lambda _: {
        "new": NewOauthApplication(name="Fresh", redirect_uris=[CALLBACK])
    },
    "oauth_applications.delete": application(),
    "oauth_applications.get": application(),
    "oauth_applications.register": lambda _: {"given": Registration(redirect_uris=[CALLBACK])},
    "oauth_applications.rotate_secret": application(),
    "oauth_applications.search": lambda _: {"search": Search()},
    "oauth_applications.set_logo": application(file=PICTURE),
    "oauth_applications.update": application(patch=OauthApplicationPatch(name="Renamed")),
    "oauth_authorizations.authorize": asked(),
    "oauth_authorizations.decide": asked(consented=True),
    "oauth_authorizations.describe_consent": lambda cast: {
        "client_id": cast.facts["oauth_program"].client_id
    },
    "oauth_authorizations.describe_user": lambda cast: {
        "access_token": cast.facts["oauth_tokens"].access_token
    },
    "oauth_authorizations.exchange": refreshing,
    "oauth_authorizations.introspect": shown(),
    "oauth_authorizations.look_at_consent": asked(),
    "oauth_authorizations.revoke": shown(),
    "oauth_authorizations.revoke_token": lambda cast: {
        **application()(cast),
        "token": cast.facts["oauth_tokens"].access_token,
    },
    "oauth_authorizations.search_own": lambda _: {},
    "oauth_authorizations.verify": lambda cast: {
        "access_token": cast.facts["oauth_tokens"].access_token
    },
    "oauth_authorizations.withdraw_own": lambda cast: {"application_id": cast["oauth_application"]},
}
"""Every operation, with what makes its arguments."""

FAILING = {
    "agent_tasks.accept": "its ticket is known to whom it was sent alone",
    "oauth_applications.register": "programs do not register themselves here",
    "oauth_authorizations.withdraw_own": "the stranger has let nobody in",
}
"""Those that fail for everybody here, and why."""
