"""Accountless applications in the Backend API: how SDKs of frameworks start without keys."""

from charter.core.accountless_applications import operations as accountless
from charter.core.accountless_applications.addresses import api_keys_url, claim_url
from charter.core.accountless_applications.model import AccountlessKeys
from charter.core.keys.model import publishable_key
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import Unauthenticated
from charter.kernel.ids import new_id
from charter.wire.call import Call, In, Out, View
from charter.wire.dialect import Credentials

TAG = "Accountless Applications"
PATH = "/accountless_applications"


class AccountlessQuery(In):
    """Which framework asks."""

    source: str | None = None


class AccountlessApplicationOut(Out):
    """What an app needs to go on with, and where a developer goes on."""

    object: str
    publishable_key: str
    secret_key: str
    claim_url: str
    api_keys_url: str

    @classmethod
    def of(cls, row: AccountlessKeys, view: View) -> "AccountlessApplicationOut":
        """As this API writes it."""
        addresses, instance = view.platform.addresses, row.instance
        return cls(
            object="accountless_application",
            publishable_key=publishable_key(instance.environment.mark, instance.frontend_host),
            secret_key=row.secret_key or "",
            claim_url=claim_url(addresses, row),
            api_keys_url=api_keys_url(addresses, instance),
        )


def visitor(request: Credentials) -> Actor:
    """An app without keys, which belongs to the instance that is made for it.

    Whatever credential it shows says nothing of that. A browser has no business here: any page
    could have one send the request to a developer's own machine.
    Raises: Unauthenticated.
    """
    if request.get_header("origin") is not None:
        raise Unauthenticated("origin")
    return Actor(ActorKind.ANONYMOUS, new_id("ins_"))


CALLS = [
    Call(
        "POST",
        PATH,
        accountless.create,
        AccountlessApplicationOut,
        query=AccountlessQuery,
        is_public=True,
        makes_instance=True,
        tag=TAG,
    ),
    Call(
        "POST",
        PATH + "/complete",
        accountless.complete,
        AccountlessApplicationOut,
        query=AccountlessQuery,
        ignores={"source": "it was noted when the application was made"},
        tag=TAG,
    ),
]
