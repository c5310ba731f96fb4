"""The part of the story about OAuth applications, and agents that act for people."""

from sdk_cast import Cast, picture
from sdk_recorder import Recorder, contains, equal

BACK = "https://client.test/callback"


def applications(recorder: Recorder, cast: Cast) -> None:
    """Applications are made, changed, given secrets and deleted."""
    made = recorder.call(
        "oauth_applications.create",
        request={"name": f"Planner {cast.stamp}", "callback_url": BACK, "scopes": "email"},
    )
    equal((made.redirect_uris, made.scopes, made.public), ([BACK], "email", False))
    one = {"oauth_application_id": made.id}
    seen = recorder.call("oauth_applications.get", **one)
    equal((seen.client_id, seen.dynamically_registered), (made.client_id, False))
    changed = recorder.call("oauth_applications.update", **one, pkce_required=True)
    equal((changed.pkce_required, changed.name), (True, made.name))
    listed = recorder.call("oauth_applications.list", name_query=made.client_id)
    contains((each.id for each in listed.data), made.id)
    rotated = recorder.call("oauth_applications.rotate_secret", **one)
    equal(rotated.client_secret not in ("", made.client_secret), wanted=True)
    # The older major does not know this one.
    if recorder.has("oauth_applications.revoke_token"):
        refused = recorder.refused("oauth_applications.revoke_token", 404, **one, token="x")
        equal(refused, "resource_not_found")
    recorder.refused_with_a_type_of_its_own(
        "oauth_access_tokens.verify", 404, access_token="oat_unknown"
    )
    shown = recorder.call("oauth_applications.upload_logo", **one, file=picture())
    equal(str(shown.client_image_url).startswith("http"), wanted=True)
    equal(recorder.call("oauth_applications.delete", **one).id, made.id)
    recorder.refused("oauth_applications.get", 404, **one)


def agents(recorder: Recorder, cast: Cast) -> None:
    """An agent is given something to do, and it is taken back."""
    made = recorder.call(
        "agent_tasks.create",
        request={
            "on_behalf_of": {"user_id": cast.ben.id},
            "permissions": "*",
            "agent_name": "Tester",
            "task_description": "Try it",
            "redirect_url": "http://localhost:3000/",
        },
    )
    equal("ticket=" in str(made.url), wanted=True)
    gone = recorder.call("agent_tasks.revoke", agent_task_id=made.agent_task_id)
    equal(gone.agent_id, made.agent_id)
    recorder.refused("agent_tasks.revoke", 400, agent_task_id=made.agent_task_id)
