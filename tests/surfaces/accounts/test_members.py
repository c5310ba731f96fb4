"""Members, invitations and users through the Accounts door."""

from charter.surfaces.accounts import ids
from tests.surfaces.accounts.asking import refused


async def test_members_are_listed_with_who_they_are(ann, world):
    one = await ann.account()
    listed = (await ann.get(f"{one}/members")).json()
    (owner,) = listed["items"]
    assert owner["role"] == "owner"
    assert owner["user_id"] == ids.uid(world.people["ann"])
    assert owner["user"]["status"] == "active"
    assert owner["credentials"][0]["email"].startswith("ann")
    assert owner["credentials"][0]["email_verified_at"]


async def test_a_member_is_added_changed_and_taken_out(ann, world):
    one = await ann.account()
    ben = ids.uid((await world.user("ben")).id)
    made = await ann.post(f"{one}/members", user_id=ben, role="viewer")
    assert made.status_code == 201, made.text
    assert made.headers["location"].endswith(f"/members/{ben}")
    again = await ann.post(f"{one}/members", user_id=ben, role="viewer")
    assert refused(again) == (409, "already_member")
    changed = await ann.patch(f"{one}/members/{ben}", role="member")
    assert changed.json()["role"] == "member"
    # By the id of the membership too.
    by_membership = await ann.get(f"{one}/members/{made.json()['id']}")
    assert by_membership.json()["user_id"] == ben
    assert (await ann.delete(f"{one}/members/{made.json()['id']}")).status_code == 204
    assert refused(await ann.get(f"{one}/members/{ben}")) == (404, "not_found")


async def test_acceptance_03_the_last_owner_neither_leaves_nor_steps_down(ann, world):
    one = await ann.account()
    me = f"{one}/members/{ids.uid(world.people['ann'])}"
    assert refused(await ann.delete(me)) == (409, "last_owner")
    assert refused(await ann.patch(me, role="member")) == (409, "last_owner")


async def test_who_may_not_manage_members_is_told_so(ann, zoe, world):
    one = await ann.account()
    await ann.post(f"{one}/members", user_id=ids.uid(world.people["zoe"]), role="member")
    ben = ids.uid((await world.user("ben")).id)
    answer = await zoe.post(f"{one}/members", user_id=ben, role="viewer")
    assert refused(answer) == (403, "insufficient_role")
    assert (await zoe.get(f"{one}/members")).status_code == 200


async def test_people_are_invited_by_mail_and_invitations_taken_back(ann):
    one = await ann.account()
    made = await ann.post(f"{one}/invite", email="new@example.com", role="admin")
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["role"], body["status"]) == ("owner", "pending")
    assert body["accept_url"].startswith("http")
    again = await ann.post(f"{one}/invite", email="new@example.com", role="viewer")
    assert refused(again) == (409, "already_invited")
    (listed,) = (await ann.get(f"{one}/invites")).json()["items"]
    assert listed["id"] == body["id"]
    assert "accept_url" not in listed
    # A link was sent a moment ago.
    assert refused(await ann.post(f"/invites/{body['id']}/resend")) == (429, "rate_limited")
    assert (await ann.delete(f"/invites/{body['id']}")).status_code == 204
    assert (await ann.get(f"{one}/invites")).json()["items"][0]["status"] == "revoked"


async def test_invitations_of_others_are_not_there(ann, zoe, server):
    one = await ann.account()
    made = (await ann.post(f"{one}/invite", email="new@example.com", role="viewer")).json()
    for asking in (zoe, server):
        answer = await asking.delete("/invites/ivt_none")
        assert refused(answer) == (404, "not_found")
    assert refused(await zoe.delete(f"/invites/{made['id']}")) == (404, "not_found")


async def test_an_account_is_registered_with_its_first_owner(server):
    body = {"name": "Acme", "email": "first@example.com", "given_name": "Fay"}
    made = await server.post(f"{server.application}/register", **body)
    assert made.status_code == 201, made.text
    found = made.json()
    assert found["membership"]["role"] == "owner"
    members = await server.get(f"/accounts/{found['account']['id']}/members")
    assert [each["user_id"] for each in members.json()["items"]] == [found["user"]["id"]]
    again = await server.post(f"{server.application}/register", **body)
    assert refused(again) == (409, "email_taken")


async def test_users_are_provisioned_listed_and_found(server, ann):
    made = await server.post(
        f"{server.application}/users", email="Fay@example.com", family_name="Wray"
    )
    assert made.status_code == 201, made.text
    assert made.json()["credentials"][0]["email_verified_at"]
    unproven = await server.post(
        f"{server.application}/users", email="gus@example.com", email_verified=False
    )
    assert unproven.json()["credentials"][0]["email_verified_at"] is None
    listed = (await server.get(f"{server.application}/users")).json()["items"]
    assert len(listed) == 3
    search = f"{server.application}/users/search"
    for query in ("email:FAY@example.com", "family_name:wra*", f"id:{made.json()['id']}", "wray"):
        found = (await server.post(search, query=query)).json()["items"]
        assert [each["id"] for each in found] == [made.json()["id"]], query
    assert len((await server.post(search, query="status:active")).json()["items"]) == 3
    assert refused(await ann.get(f"{server.application}/users")) == (403, "insufficient_role")
