"""Email and SMS templates in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.message_templates import operations as message_templates
from charter.core.message_templates.model import MessageTemplate, Preview
from charter.surfaces.backend.shapes import Bare, millis
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/templates/{template_type}"
ONE = ALL + "/{slug}"
TAG = "Email & SMS Templates"
NAMES = {"from_email_name": "from_name", "reply_to_email_name": "reply_to_name"}
DELIVERY = {"delivered_by_clerk": "is_delivered_here"}


class TemplateOut(Out):
    """What messages of one kind say."""

    object: str
    id: str
    instance_id: str | None
    resource_type: str
    template_type: str
    name: str
    slug: str
    position: int
    can_revert: bool
    can_delete: bool
    can_edit_body: bool
    can_toggle: bool
    subject: str | None
    markup: str
    body: str
    available_variables: list[str]
    required_variables: list[str]
    from_email_name: str
    reply_to_email_name: str
    delivered_by_clerk: bool
    enabled: bool
    flagged_as_suspicious: bool
    updated_at: int
    created_at: int

    @classmethod
    def of(cls, row: MessageTemplate, view: View) -> "TemplateOut":
        """As this API writes it. Templates are neither deleted, turned off nor suspected here."""
        return cls(
            object="template",
            id=row.id,
            instance_id=view.actor.instance_id if row.is_own else None,
            resource_type="user" if row.is_own else "system",
            template_type=row.template_type.value,
            name=row.name,
            slug=row.slug,
            position=row.position,
            can_revert=row.is_own,
            can_delete=False,
            can_edit_body=True,
            can_toggle=False,
            subject=row.subject,
            markup=row.markup,
            body=row.body,
            available_variables=list(row.available_variables),
            required_variables=list(row.required_variables),
            from_email_name=row.from_name or "",
            reply_to_email_name=row.reply_to_name or "",
            delivered_by_clerk=row.is_delivered_here,
            enabled=True,
            flagged_as_suspicious=False,
            updated_at=millis(row.updated_at),
            created_at=millis(row.created_at),
        )


class PreviewOut(Out):
    """A message with sample data."""

    object: str
    template_type: str
    slug: str
    subject: str | None
    body: str
    body_plain: str | None
    from_email_name: str
    reply_to_email_name: str

    @classmethod
    def of(cls, made: Preview, _view: View) -> "PreviewOut":
        """As this API writes it."""
        return cls(
            object="template_preview",
            template_type=made.template_type.value,
            slug=made.slug,
            subject=made.subject,
            body=made.body,
            body_plain=made.body_plain,
            from_email_name=made.from_name or "",
            reply_to_email_name=made.reply_to_name or "",
        )


class UpsertTemplate(In):
    """What changes of a template."""

    name: str | UnsetType | None = UNSET
    subject: str | UnsetType | None = UNSET
    markup: str | UnsetType | None = UNSET
    body: str | UnsetType | None = UNSET
    delivered_by_clerk: bool | UnsetType | None = UNSET
    from_email_name: str | UnsetType | None = UNSET
    reply_to_email_name: str | UnsetType | None = UNSET


class PreviewTemplate(In):
    """The texts to be looked at."""

    subject: str | UnsetType | None = UNSET
    body: str | UnsetType | None = UNSET
    from_email_name: str | UnsetType | None = UNSET
    reply_to_email_name: str | UnsetType | None = UNSET


class ToggleDelivery(In):
    """Who delivers."""

    delivered_by_clerk: bool | None = None


CALLS = [
    Call("GET", ALL, message_templates.search, Bare(TemplateOut), lists=Lists(), tag=TAG),
    Call("GET", ONE, message_templates.get, TemplateOut, tag=TAG),
    Call(
        "PUT",
        ONE,
        message_templates.update,
        TemplateOut,
        body=UpsertTemplate,
        is_body_optional=True,
        names=NAMES | DELIVERY,
        tag=TAG,
    ),
    Call("POST", ONE + "/revert", message_templates.revert, TemplateOut, tag=TAG),
    Call(
        "POST",
        ONE + "/preview",
        message_templates.preview,
        PreviewOut,
        body=PreviewTemplate,
        is_body_optional=True,
        names=NAMES,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/toggle_delivery",
        message_templates.toggle_delivery,
        TemplateOut,
        body=ToggleDelivery,
        is_body_optional=True,
        names=DELIVERY,
        tag=TAG,
    ),
]
