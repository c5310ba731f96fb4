"""What really happens is told in the documented objects, as it was when it happened."""

import json

from charter.core.organization_invitations import accepting
from charter.core.webhooks import log
from charter.kernel.lists import Search
from tests.contract.events import mismatches
from tests.hooks import make_endpoint, tell, told


async def do(answer):
    """The body of an answer that has to be one."""
    found = await answer
    assert found.status_code < 300, found.text
    return found.json() if found.content else None


def checked(sink, event_type):
    """The data of the messages of a type; each body is as documented."""
    for each in sink.of(event_type):
        assert mismatches(each.message) == []
    found = [each.message["data"] for each in sink.of(event_type)]
    assert found, f"{event_type} was not told, but {sorted(set(sink.types))}"
    return found


async def test_users_are_told_of_and_of_a_deleted_one_nothing_but_the_id(world, sink):
    await make_endpoint(world, sink.url)
    body = {"email_address": ["ann@example.com"], "phone_number": ["+15555550100"]}
    made = await do(world.post("/users", {**body, "external_id": "theirs", "first_name": "Ann"}))
    await do(world.patch(f"/users/{made['id']}", {"first_name": "Anna"}))
    await do(world.delete(f"/users/{made['id']}"))
    await tell(world)
    (created,) = checked(sink, "user.created")
    assert created == made
    assert checked(sink, "user.updated")[-1]["first_name"] == "Anna"
    gone = {"object": "user", "id": made["id"], "deleted": True, "external_id": "theirs"}
    assert checked(sink, "user.deleted") == [gone]


async def test_sessions_are_told_of_with_their_users(world, sink):
    await make_endpoint(world, sink.url)
    session = await world.session("ann")
    await do(world.post(f"/sessions/{session.id}/revoke"))
    await tell(world)
    (created,) = checked(sink, "session.created")
    assert (created["id"], created["status"]) == (session.id, "active")
    assert created["user"]["id"] == world.people["ann"]
    assert "tasks" not in created
    assert checked(sink, "session.revoked")[0]["status"] == "revoked"
    assert sink.of("session.pending") == []


async def test_a_session_with_something_left_to_do_is_pending(world, sink):
    await world.configure(organizations={"are_required": True})
    await make_endpoint(world, sink.url)
    await world.session("ann")
    await tell(world)
    (pending,) = checked(sink, "session.pending")
    assert pending["status"] == "pending"
    assert sink.of("session.created") == []


async def test_the_user_of_a_session_may_be_gone_when_it_is_told(world, sink):
    await make_endpoint(world, sink.url)
    await world.session("ann")
    await do(world.delete(f"/users/{world.people['ann']}"))
    await tell(world)
    (created,) = [each.message["data"] for each in sink.of("session.created")]
    assert (created["user_id"], created["user"]) == (world.people["ann"], None)


async def test_organizations_and_their_members_are_told_of(world, sink):
    await make_endpoint(world, sink.url)
    acme = await world.organization(slug="acme")
    await world.member(acme, "ben")
    here = f"/organizations/{acme.id}"
    await do(world.patch(here, {"name": "Acme & Sons"}))
    member = f"{here}/memberships/{world.people['ben']}"
    await do(world.patch(member, {"role": "org:admin"}))
    await do(world.delete(member))
    await do(world.delete(here))
    await tell(world)
    assert checked(sink, "organization.created")[0]["id"] == acme.id
    assert checked(sink, "organization.updated")[0]["name"] == "Acme & Sons"
    assert checked(sink, "organization.deleted")[0] == {
        "object": "organization",
        "id": acme.id,
        "slug": "acme",
        "deleted": True,
    }
    assert len(checked(sink, "organizationMembership.created")) == 2
    assert checked(sink, "organizationMembership.updated")[0]["role"] == "org:admin"
    (gone,) = checked(sink, "organizationMembership.deleted")
    assert gone["public_user_data"]["user_id"] == world.people["ben"]


async def test_invitations_to_organizations_are_told_of_without_their_links(world, sink):
    await make_endpoint(world, sink.url)
    acme = await world.organization()
    await world.user("ben")
    all_of_them = f"/organizations/{acme.id}/invitations"
    new = {"role": "org:member", "notify": False}
    first = await do(world.post(all_of_them, {"email_address": "x@example.com", **new}))
    second = await do(world.post(all_of_them, {"email_address": "ben@example.com", **new}))
    await do(world.post(f"{all_of_them}/{first['id']}/revoke", {}))
    token = second["url"].split("__clerk_ticket=")[-1].split("&")[0]
    await world.call("ben", accepting.accept, token=token)
    await tell(world)
    for created in checked(sink, "organizationInvitation.created"):
        assert created["url"] is None
        assert created["data"]["public_organization_data"]["id"] == acme.id
    assert checked(sink, "organizationInvitation.revoked")[0]["id"] == first["id"]
    (accepted,) = checked(sink, "organizationInvitation.accepted")
    assert (accepted["user_id"], accepted["status"]) == (world.people["ben"], "accepted")


async def test_domains_roles_and_permissions_are_told_of(world, sink):
    await make_endpoint(world, sink.url)
    acme = await world.organization()
    domains = f"/organizations/{acme.id}/domains"
    domain = await do(world.post(domains, {"name": "acme.test"}))
    change = {"enrollment_mode": "automatic_suggestion", "verified": True}
    await do(world.patch(f"{domains}/{domain['id']}", change))
    await do(world.delete(f"{domains}/{domain['id']}"))
    for path, key in (("permissions", "org:bills:write"), ("roles", "org:clerk")):
        one = await do(world.post(f"/organization_{path}", {"name": "x", "key": key}))
        await do(world.patch(f"/organization_{path}/{one['id']}", {"name": "y"}))
        await do(world.delete(f"/organization_{path}/{one['id']}"))
    await tell(world)
    for noun in ("organizationDomain", "permission", "role"):
        (created,) = checked(sink, f"{noun}.created")
        updated, *_ = checked(sink, f"{noun}.updated")
        (gone,) = checked(sink, f"{noun}.deleted")
        assert created["id"] == updated["id"] == gone["id"]
        assert gone == {"object": created["object"], "id": created["id"], "deleted": True}


async def test_the_waitlist_is_told_of(world, sink):
    await make_endpoint(world, sink.url)
    entry = await do(world.post("/waitlist_entries", {"email_address": "new@example.com"}))
    await do(world.post(f"/waitlist_entries/{entry['id']}/invite"))
    await tell(world)
    assert checked(sink, "waitlistEntry.created") == [entry]
    assert checked(sink, "waitlistEntry.updated")[0]["status"] == "invited"


async def test_messages_are_told_of_with_their_words_and_lie_sealed(world, sink):
    await make_endpoint(world, sink.url, event_types=["email.created", "sms.created"])
    ann = await world.user("ann", phone_numbers=["+15555550100"])
    email, phone = ann.email_addresses[0].id, ann.phone_numbers[0].id
    await do(world.post(f"/email_addresses/{email}/prepare_verification"))
    await do(world.post(f"/phone_numbers/{phone}/prepare_verification"))
    drafts = await world.sql(
        "SELECT t::text AS row FROM webhook_drafts t WHERE instance_id = $1", world.instance_id
    )
    await told(world)
    kept = await world.sql(
        "SELECT t::text AS row FROM webhook_messages t WHERE instance_id = $1", world.instance_id
    )
    await tell(world)
    (mail,) = checked(sink, "email.created")
    (text,) = checked(sink, "sms.created")
    assert mail["to_email_address"] == "ann@example.com"
    assert (mail["slug"], text["slug"]) == ("verification_code", "verification_code")
    assert text["to_phone_number"] == "+15555550100"
    for told_one, words in ((mail, mail["body_plain"]), (text, text["message"])):
        code = told_one["data"]["otp_code"]
        assert code in words
        assert not any(code in row["row"] for row in (*drafts, *kept))
    found = await world.call(None, log.search_messages, search=Search(limit=10))
    assert {json.loads(each.body)["type"] for each in found.items} == {
        "email.created",
        "sms.created",
    }


async def test_an_app_that_delivers_a_message_itself_is_told_all_that_it_needs(world, sink):
    await make_endpoint(world, sink.url, event_types=["email.created"])
    await do(world.post("/templates/email/verification_code/toggle_delivery"))
    ann = await world.user("ann")
    await do(world.post(f"/email_addresses/{ann.email_addresses[0].id}/prepare_verification"))
    await tell(world)
    (mail,) = checked(sink, "email.created")
    assert mail["delivered_by_clerk"] is False
    assert mail["data"]["otp_code"] in mail["body_plain"]
    assert mail["data"]["app.name"] == "Tests"


async def test_without_an_endpoint_no_copy_of_a_message_is_kept(world):
    ann = await world.user("ann")
    path = f"/email_addresses/{ann.email_addresses[0].id}/prepare_verification"
    await do(world.post(path))
    assert (
        await world.sql("SELECT * FROM webhook_drafts WHERE instance_id = $1", world.instance_id)
        == []
    )


async def test_messages_with_codes_are_cleared_early(world, sink):
    from charter.worker import clear
    from tests.world import later

    await make_endpoint(world, sink.url)
    ann = await world.user("ann")
    await do(world.post(f"/email_addresses/{ann.email_addresses[0].id}/prepare_verification"))
    await tell(world)
    await clear(later(world.platform, days=3))
    found = await world.call(None, log.search_messages, search=Search(limit=10))
    assert [each.event_type for each in found.items] == ["user.created"]


async def test_an_event_that_cannot_be_written_holds_up_nothing(world, sink):
    await make_endpoint(world, sink.url)
    await world.user("ann")
    await world.sql(
        "UPDATE events SET after = '{}' WHERE instance_id = $1 AND name = 'user.created'",
        world.instance_id,
    )
    ben = await world.user("ben")
    await tell(world)
    assert [each["id"] for each in checked(sink, "user.created")] == [ben.id]
