"""What a door's answers keep to beside its document, and where they may leave it, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.amendments import BACKEND_AMENDMENTS, FRONTEND_AMENDMENTS, Amendment

FOLDER = Path(__file__).parent

# Error statuses that any operation may answer though the documents name them for few of them.
COMMON_ERRORS = {
    400: "a body or query that cannot be read: malformed JSON, bad UTF-8, NUL characters",
    401: "no credential, or one that is unknown, ended or revoked",
    404: "the addressed thing is unknown, or belongs to another instance",
    409: "a conflict with a request that ran at the same time",
    412: "a condition on the request did not hold",
    413: "a body above the limit",
    415: "a body of another content type",
    422: "a well-formed request with an unacceptable value",
    429: "too many requests",
    503: "the database is away",
}
# 403 is missing on purpose: it is an operation's own rule. A secret key may do everything, and a
# person's refusals are documented where they can happen.


@dataclass(frozen=True)
class Door:
    """One published contract and its rules."""

    name: str
    folder: Path
    also_answered: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """By operation, error statuses that its document forgets."""
    answered_otherwise: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """By operation, the documented success status and the one that the official clients take."""
    bare_lists: frozenset[str] = frozenset()
    """Lists that are bare arrays unless `paginated=true` asks for the page form."""
    amendments: tuple[Amendment, ...] = ()
    """Places of the types where the clients or the other document decide against this one."""
    undocumented: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Routes that no document names, by their shape, with who calls them."""
    error_form: Any = "object"
    """What the types say of an error, beside what is checked of every door's errors."""
    transport: frozenset[str] = frozenset()
    """Query parameters that the door itself reads on every call."""

    def amended(self, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
        """The document's types with the amendments made."""
        for amendment in self.amendments:
            schemas = amendment.made(schemas)
        return schemas


BACKEND = Door(
    name="backend",
    folder=FOLDER,
    answered_otherwise={"createApiKey": {200: 201}},
    bare_lists=frozenset(
        {
            "GetUserList",
            "GetClientList",
            "GetOAuthAccessToken",
            "GetSessionList",
            "ListInvitations",
            "ListAllowlistIdentifiers",
            "ListJWTTemplates",
            "ListRedirectURLs",
            "GetTemplateList",
        }
    ),
    amendments=BACKEND_AMENDMENTS,
    undocumented={
        ("GET", "/clients/handshake_payload"): "server-rendered apps fetch their handshake there",
        ("GET", "/scim_directories/{}/group_role_mappings"): "the official Python SDK reads there",
        ("POST", "/scim_directories/{}/rotate_api_key"): "the official Python SDK rotates there",
        ("POST", "/accountless_applications"): "framework SDKs start without keys there",
        ("POST", "/accountless_applications/complete"): "the end of such a start",
        ("GET", "/webhooks/endpoints"): "our own: where events are posted to",
        ("POST", "/webhooks/endpoints"): "our own: a new endpoint, with its secret",
        ("GET", "/webhooks/endpoints/{}"): "our own: one endpoint",
        ("PATCH", "/webhooks/endpoints/{}"): "our own: its address, its events, whether it is on",
        ("DELETE", "/webhooks/endpoints/{}"): "our own: no endpoint any more",
        ("GET", "/webhooks/endpoints/{}/secret"): "our own: what its messages are signed with",
        ("POST", "/webhooks/endpoints/{}/secret/rotate"): "our own: another secret, with overlap",
        ("POST", "/webhooks/endpoints/{}/test"): "our own: an example is sent to it",
        ("POST", "/webhooks/endpoints/{}/replay"): "our own: what it missed in a span of time",
        ("GET", "/webhooks/messages"): "our own: what happened, as endpoints are told it",
        ("GET", "/webhooks/messages/{}"): "our own: one message",
        ("POST", "/webhooks/messages/{}/replay"): "our own: it is sent once more",
        ("GET", "/webhooks/attempts"): "our own: the log of deliveries",
    },
)

FRONTEND = Door(
    name="frontend",
    folder=FOLDER / "frontend",
    also_answered={
        # An organization may be full or suspended, and an instance may have none at all.
        "acceptOrganizationInvitation": frozenset({403}),
        "acceptOrganizationSuggestion": frozenset({403}),
        # Not everybody may: whoever acts as somebody else may not.
        "createApiKey": frozenset({403}),
        # An owner may choose countries that no text message is sent to.
        "prepareSignUpsVerification": frozenset({403}),
        "startSessionReverification": frozenset({403}),
    },
    amendments=FRONTEND_AMENDMENTS,
    undocumented={
        ("GET", "/client/touch"): "browsers are sent there to have their client renewed",
        ("POST", "/client/verify"): "the browser SDK answers a bot challenge there",
        ("GET", "/client/sign_ups/{}/enterprise_connections"): "the browser SDK lists them there",
        ("POST", "/verify"): "the page that a link of an email leads to, where it asks first",
        ("GET", "/undo"): "the page that a link of an email leads to, where it asks first",
        ("POST", "/undo"): "its button, which takes a change of an address back",
        ("PATCH", "/dev_tools/enable_environment_setting"): "the browser SDK's developer prompts",
    },
    error_form={
        "type": "object",
        "fields": {"meta": {"type": "object", "fields": {"client": "#Client.Client-2"}}},
    },
    transport=frozenset({"_clerk_session_id"}),
)

DOORS = {door.name: door for door in (BACKEND, FRONTEND)}
