"""JWT templates in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.jwt_templates import operations as jwt_templates
from charter.core.jwt_templates.model import JwtTemplate
from charter.surfaces.backend.shapes import Bare, DeletedAs, millis
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/jwt_templates"
ONE = ALL + "/{template_id}"
TAG = "JWT Templates"
NAMES = {
    "lifetime": "lifetime_seconds",
    "allowed_clock_skew": "clock_skew_seconds",
    "custom_signing_key": "has_own_key",
    "signing_algorithm": "algorithm",
}


class JwtTemplateOut(Out):
    """What an app writes into tokens for another service."""

    object: str
    id: str
    name: str
    claims: dict[str, Any]
    lifetime: int
    allowed_clock_skew: int
    custom_signing_key: bool
    signing_algorithm: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: JwtTemplate, _view: View) -> "JwtTemplateOut":
        """As this API writes it."""
        return cls(
            object="jwt_template",
            id=row.id,
            name=row.name,
            claims=row.claims,
            lifetime=row.lifetime_seconds,
            allowed_clock_skew=row.clock_skew_seconds,
            custom_signing_key=row.has_own_key,
            signing_algorithm=row.algorithm.value,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateJwtTemplate(In):
    """What a template is made of."""

    name: str
    claims: dict[str, Any]
    lifetime: int | None = None
    allowed_clock_skew: int | None = None
    custom_signing_key: bool | None = None
    signing_algorithm: str | None = None
    signing_key: str | None = None


class UpdateJwtTemplate(In):
    """What changes of a template."""

    name: str | UnsetType = UNSET
    claims: dict[str, Any] | UnsetType = UNSET
    lifetime: int | UnsetType | None = UNSET
    allowed_clock_skew: int | UnsetType | None = UNSET
    custom_signing_key: bool | UnsetType | None = UNSET
    signing_algorithm: str | UnsetType | None = UNSET
    signing_key: str | UnsetType | None = UNSET


CALLS = [
    Call("GET", ALL, jwt_templates.search, Bare(JwtTemplateOut), lists=Lists(), tag=TAG),
    Call(
        "POST",
        ALL,
        jwt_templates.create,
        JwtTemplateOut,
        body=CreateJwtTemplate,
        names=NAMES,
        tag=TAG,
    ),
    Call("GET", ONE, jwt_templates.get, JwtTemplateOut, tag=TAG),
    Call(
        "PATCH",
        ONE,
        jwt_templates.update,
        JwtTemplateOut,
        body=UpdateJwtTemplate,
        names=NAMES,
        tag=TAG,
    ),
    Call("DELETE", ONE, jwt_templates.delete, DeletedAs("jwt_template"), tag=TAG),
]
