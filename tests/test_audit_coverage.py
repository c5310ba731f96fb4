"""Every operation that changes something says so, in the transaction of the change."""

import dataclasses

import pytest

from charter.kernel import events
from charter.kernel.actor import RequestFacts
from charter.kernel.db import Database, Db
from charter.kernel.operation import CATALOG, run
from charter.kernel.permission import Scope
from tests.cast import Cast, make_cast
from tests.makers import FAILS, FRESH_INSTANCE, MAKERS, make
from tests.matrix import BY_MACHINES, BY_USERS, callers
from tests.rolling_back import Borrowing
from tests.test_permission_matrix import CALLABLE
from tests.world import new_world

SILENT: dict[str, str] = {
    "account_client_keys.publish": "the client has its keys already",
    "accountless_applications.remove": "the instance was made by its operator, and stays",
    "account_tokens.introspect": "it remembers a signed proof; a secret leaves nothing",
    "clients.create_by_cookie": "a browser without anybody on it is nobody's business",
    "email_addresses.prepare_verification": "a code is sent; using it is what changes something",
    "api_keys.verify": "it notes a use; the app's server says what it was for",
    "clients.create_for_development": "a browser without anybody on it is nobody's business",
    "clients.create_own": "as above",
    "clients.delete_own": "nobody is signed in here; sessions that end are announced",
    "files.confirm": "the file is there already",
    "files.end_upload": "its time is not over yet",
    "keys.reseal": "nothing is sealed with an older key here, so nothing is sealed anew",
    "oauth_authorizations.authorize": "nobody is signed in here; codes are announced",
    "oauth_authorizations.decide": "as above",
    "organization_domains.attempt_ownership_of_several": "no record was asked for yet",
    "organization_domains.enroll": "nobody of the domain is left to enroll",
    "passkeys.begin": "a device is asked; what it makes is what changes something",
    "passwords.tell_of_lock": "it writes mail; the tries that locked are written down",
    "payments.resume": "nothing is held here",
    "phone_numbers.prepare_verification": "a code is sent; using it is what changes something",
    "second_factors.begin_totp": "nobody is asked for codes of an app that gave none yet",
    "sessions.handshake": "it hands out what the browser has already",
    "sessions.sync": "it sends the browser on; nothing is taken over yet",
    "sessions.remove_all_own": "nobody is signed in here; sessions that end are announced",
    "sign_ins.create": "somebody begins; factors and sessions are announced",
    "sign_ins.tell_of_device": "it writes mail; the session is announced",
    "sign_ups.create": "somebody begins; the user who is made is announced",
    "subscriptions.advance": "nothing is due here yet",
    "users.unban": "nobody is banned here, so nothing changes",
    "users.unban_many": "nobody is banned here, so nothing changes",
    "webhooks.disable_endpoint": "the endpoint is disabled already",
}
"""Writing operations that announce nothing, and why."""

OF_MESSAGES = {"email.created", "sms.created"}

WRITING = [name for name in CALLABLE if CATALOG[name].writes and name not in FAILS]


class _Watching(Db):
    """Rolls everything back, and keeps what was announced."""

    def insert_later(self, statement, row):
        if statement is events.INSERT:
            self._database.announced.append(row)
        super().insert_later(statement, row)

    async def end(self, *, commit):
        if commit:
            await self.flush()
        await super().end(commit=False)


class _Watched(Borrowing):
    def __init__(self, real: Database) -> None:
        super().__init__(real)
        self.announced: list[events.EventRow] = []

    def writing(self, instance_id):
        return _Watching(self, instance_id, writes=True)


@pytest.fixture(scope="module")
async def cast(platform, app) -> Cast:
    return await make_cast(await new_world(platform, app))


def actor_of(name: str, cast: Cast):
    """Somebody who may."""
    if name in FRESH_INSTANCE:
        return dataclasses.replace(cast.world.server, instance_id="ins_fresh")
    if name in BY_MACHINES:
        return callers(cast, cast)["machine"]
    if name in BY_USERS:
        return callers(cast, cast)["owner"]
    if CATALOG[name].permission.scope is Scope.USER:
        return callers(cast, cast)["stranger"]
    return cast.world.server


@pytest.mark.security("N1")
@pytest.mark.parametrize("name", WRITING)
async def test_a_change_is_announced_with_who_where_and_what(platform, cast, name):
    watched = _Watched(platform.database)
    facts = RequestFacts("trace", "192.0.2.1", "test")
    await run(
        dataclasses.replace(platform, database=watched),
        actor_of(name, cast),
        CATALOG[name],
        facts,
        arguments=await make(name, cast),
    )
    # That a message was written says nothing of what was changed.
    changes = [event for event in watched.announced if event.name not in OF_MESSAGES]
    if name in SILENT:
        assert changes == [], f"{name} announces now: take it out of SILENT"
        return
    assert changes, f"{name} changes something and announces nothing"
    for event in watched.announced:
        assert event.actor["kind"], event.name
        assert event.request["id"] == "trace"
        assert event.request["address"] == "192.0.2.1"
        assert event.subject_id, event.name
        assert event.before or event.after, event.name


@pytest.mark.security("N1")
def test_no_reading_operation_is_taken_for_a_writing_one():
    assert SILENT.keys() <= {name for name in MAKERS if CATALOG[name].writes}
