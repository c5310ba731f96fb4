"""The part of the story about what messages say, and who delivers them."""

from sdk_recorder import Recorder, contains, equal

BODY = "<p>{{otp_code}} is your code for {{app.name}}</p>"


def are_written(recorder: Recorder) -> None:
    """A template is found, tried, changed, left to the app and reverted."""
    mail = {"template_type": "email", "slug": "verification_code"}
    listed = recorder.call("email_sms_templates.list", template_type="email", limit=500)
    contains((each.slug for each in listed), "magic_link_sign_in")
    texts = recorder.call("email_sms_templates.list", template_type="sms")
    equal({each.template_type for each in texts}, {"sms"})
    original = recorder.call("email_sms_templates.get", **mail)
    equal((original.resource_type, original.required_variables), ("system", ["otp_code"]))
    recorder.call("templates.preview", **mail, subject="{{app.name}}", body=BODY)
    refused = recorder.refused("templates.preview", 422, **mail, body="Hello")
    equal(refused, "required_variable_missing")
    made = recorder.call(
        "email_and_sms_templates.upsert",
        **mail,
        name="Our code",
        subject="{{otp_code}}",
        body=BODY,
        from_email_name="hello",
    )
    equal((made.name, made.body, made.from_email_name), ("Our code", BODY, "hello"))
    equal((made.resource_type, made.can_revert), ("user", True))
    toggled = recorder.call(
        "email_sms_templates.toggle_template_delivery", **mail, delivered_by_clerk=False
    )
    equal((toggled.delivered_by_clerk, toggled.body), (False, BODY))
    reverted = recorder.call("email_sms_templates.revert", **mail)
    equal((reverted.body, reverted.resource_type), (original.body, "system"))
    equal(recorder.refused("email_sms_templates.revert", 400, **mail), "template_revert_error")
