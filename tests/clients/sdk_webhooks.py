"""The part of the story about webhooks: the page that shows them."""

from sdk_recorder import Recorder, equal


def are_shown(recorder: Recorder) -> None:
    """The app that sends webhooks is made, shown and deleted."""
    equal(recorder.refused("webhooks.generate_svix_auth_url", 400), "svix_app_missing")
    made = recorder.call("webhooks.create_svix_app")
    equal("/webhooks?instance=" in made.svix_url, True)
    equal(recorder.refused("webhooks.create_svix_app", 400), "svix_app_exists")
    again = recorder.call("webhooks.generate_svix_auth_url")
    equal("/webhooks?instance=" in again.svix_url, True)
    recorder.call("webhooks.delete_svix_app")
    equal(recorder.refused("webhooks.delete_svix_app", 400), "svix_app_missing")
