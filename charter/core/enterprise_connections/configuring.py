"""Turns what a caller says of a connection into the row that keeps it."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from charter.core.enterprise_connections.certificates import read_certificate
from charter.core.enterprise_connections.idp_metadata import IdpMetadata
from charter.core.enterprise_connections.model import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CUSTOM_ATTRIBUTES,
    MOST_DOMAINS,
    ConnectionIncomplete,
    CustomAttribute,
    EnterpriseConnectionRow,
    LoginHint,
    LoginHintMode,
    OidcPatch,
    Protocol,
    Provider,
    SamlPatch,
)
from charter.core.identity_providers.model import Discovered
from charter.core.instances.model import Instance
from charter.core.instances.origins import address_elsewhere
from charter.core.organization_domains.normal_form import domain_name
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.operation import Context
from charter.kernel.patch import changed

SEALED_AS = "enterprise_connection:{id}"
LONGEST_SECRET = 4096
CUSTOM_KEY = re.compile(r"[^_][A-Za-z0-9_-]{0,127}")
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_USUAL = {
    "user_id": "",
    "email_address": "mail",
    "first_name": "firstName",
    "last_name": "lastName",
}
USUAL_MAPPINGS: dict[Provider, dict[str, str]] = {
    Provider.SAML_CUSTOM: _USUAL,
    Provider.SAML_OKTA: {**_USUAL, "email_address": "email"},
    Provider.SAML_GOOGLE: {**_USUAL, "email_address": "email"},
    Provider.SAML_MICROSOFT: {
        "user_id": "",
        "email_address": CLAIMS + "emailaddress",
        "first_name": CLAIMS + "givenname",
        "last_name": CLAIMS + "surname",
    },
}
"""How each identity provider names the attributes of an assertion where nobody says otherwise."""
FLAGS = ("allows_subdomains", "allows_idp_initiated", "forces_authentication")
OUTSIDE = ("authorize_url", "token_url", "userinfo_url")


def usual_mapping(provider: Provider) -> dict[str, str]:
    """The names of attributes that a connection begins with; none where it is not SAML."""
    return dict(USUAL_MAPPINGS.get(provider, {}))


def checked_text(parameter: str, text: str, most: int = LONGEST_TEXT) -> str:
    """A text of 1 to `most` characters that can be printed. Raises: InvalidInput."""
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= most or not trimmed.isprintable():
        raise InvalidInput(parameter, reason=f"it must have 1 to {most} characters")
    return trimmed


def checked_name(name: str) -> str:
    """The name of a connection. Raises: InvalidInput."""
    return checked_text("name", name, LONGEST_NAME)


def checked_domains(names: Sequence[str]) -> tuple[str, ...]:
    """Domains in their normal form, each once.

    Raises: InvalidInput; DomainNameInvalid; DomainCommon.
    """
    if not 1 <= len(names) <= MOST_DOMAINS:
        raise InvalidInput("domains", reason=f"it must hold 1 to {MOST_DOMAINS}")
    return tuple(dict.fromkeys(domain_name(name, "domains") for name in names))


def checked_attributes(given: Sequence[CustomAttribute]) -> tuple[CustomAttribute, ...]:
    """Custom attributes, each key once. Raises: InvalidInput."""
    if len(given) > MOST_CUSTOM_ATTRIBUTES:
        raise InvalidInput("custom_attributes", reason=f"at most {MOST_CUSTOM_ATTRIBUTES}")
    if len({each.key for each in given}) != len(given):
        raise InvalidInput("custom_attributes", reason="each key may be there once")
    for each in given:
        checked_text("custom_attributes.name", each.name, LONGEST_NAME)
        if not CUSTOM_KEY.fullmatch(each.key) or not each.key.isprintable():
            reason = "it must have up to 128 letters, digits, - and _, and not begin with _"
            raise InvalidInput("custom_attributes.key", reason=reason)
        for path in (each.sso_path, each.directory_path):
            if path:
                checked_text("custom_attributes", path)
    return tuple(given)


def with_saml(
    row: EnterpriseConnectionRow, patch: SamlPatch, found: IdpMetadata | None, instance: Instance
) -> EnterpriseConnectionRow:
    """The row with the SAML part changed. found: what the metadata says, where there is some.

    Raises: InvalidInput; CertificateInvalid.
    """
    given = changed(patch)
    values: dict[str, Any] = {name: given[name] for name in FLAGS if given.get(name) is not None}
    if "attribute_mapping" in given:
        values["attribute_mapping"] = _mapping(row, given["attribute_mapping"])
    if "login_hint" in given:
        hint = _login_hint(given["login_hint"] or LoginHint(LoginHintMode.EMAIL_ADDRESS))
        values |= {"login_hint_mode": hint.mode, "login_hint_source": hint.source}
    for name in ("idp_metadata_url", "idp_metadata"):
        if name in given:
            values[name] = given[name] or None
    if found is not None:
        values |= _from_metadata(found)
        if given.get("idp_metadata_url"):
            values["idp_metadata"] = None
        else:
            values["idp_metadata_url"] = None
    else:
        by_hand = _by_hand(given, instance)
        if any(getattr(row, name) != value for name, value in by_hand.items()):
            # What was said by a document holds no more, so it is not shown any more either.
            by_hand |= {"idp_metadata_url": None, "idp_metadata": None}
        values |= by_hand
    return dataclasses.replace(row, **values)


def _from_metadata(found: IdpMetadata) -> dict[str, Any]:
    first = found.certificates[0]
    return {
        "idp_entity_id": found.entity_id,
        "idp_sso_url": found.sso_url,
        "idp_certificates": tuple(each.pem for each in found.certificates),
        "idp_certificate_issued_at": first.issued_at,
        "idp_certificate_expires_at": first.expires_at,
    }


def _by_hand(given: Mapping[str, Any], instance: Instance) -> dict[str, Any]:
    """What a caller says of the identity provider without a document."""
    values: dict[str, Any] = {}
    if "idp_entity_id" in given:
        text = given["idp_entity_id"]
        values["idp_entity_id"] = checked_text("idp_entity_id", text) if text else None
    if "idp_sso_url" in given:
        url = given["idp_sso_url"]
        values["idp_sso_url"] = address_elsewhere(instance, "idp_sso_url", url) if url else None
    if "idp_certificate" in given:
        text = given["idp_certificate"]
        found = read_certificate(text) if text and text.strip() else None
        values["idp_certificates"] = (found.pem,) if found else ()
        values["idp_certificate_issued_at"] = found.issued_at if found else None
        values["idp_certificate_expires_at"] = found.expires_at if found else None
    return values


def _mapping(
    row: EnterpriseConnectionRow, given: Mapping[str, str | None] | None
) -> dict[str, str]:
    """The names of attributes as they are to be; the address is the one that has to be there."""
    usual = usual_mapping(row.provider)
    if given is None:
        return usual
    mapping = {**row.attribute_mapping}
    for name, text in given.items():
        if name not in usual:
            raise InvalidInput("attribute_mapping", reason=f"it may name {', '.join(usual)}")
        value = usual[name] if text is None else text.strip()
        if len(value) > LONGEST_TEXT or not value.isprintable():
            reason = f"it must have up to {LONGEST_TEXT} characters"
            raise InvalidInput(f"attribute_mapping.{name}", reason=reason)
        mapping[name] = value
    if not mapping["email_address"]:
        raise InvalidInput("attribute_mapping.email_address", reason="it must not be empty")
    return mapping


def _login_hint(hint: LoginHint) -> LoginHint:
    if hint.mode is LoginHintMode.CUSTOM_ATTRIBUTE:
        if not hint.source:
            raise MissingInput("login_hint.source", reason="it is required")
        return LoginHint(hint.mode, checked_text("login_hint.source", hint.source, LONGEST_NAME))
    if hint.source:
        raise InvalidInput("login_hint.source", reason="it is for the mode custom_attribute")
    return hint


def with_oidc(
    ctx: Context,
    row: EnterpriseConnectionRow,
    patch: OidcPatch,
    found: Discovered | None,
    instance: Instance,
) -> EnterpriseConnectionRow:
    """The row with the OpenID Connect part changed. found: what its document says, if any.

    Raises: InvalidInput.
    """
    given = changed(patch)
    values: dict[str, Any] = {}
    if "client_id" in given:
        text = given["client_id"]
        values["client_id"] = checked_text("client_id", text, LONGEST_NAME) if text else None
    if "client_secret" in given:
        values["sealed_secret"] = _sealed(ctx, row.id, given["client_secret"])
    if given.get("requires_pkce") is not None:
        values["requires_pkce"] = given["requires_pkce"]
    if found is not None:
        values |= {
            "discovery_url": given["discovery_url"],
            "issuer": address_elsewhere(instance, "discovery_url", found.issuer, is_kept=True),
        }
        for name in (*OUTSIDE, "jwks_url"):
            url = getattr(found, name)
            values[name] = None if url is None else address_elsewhere(instance, name, url)
    elif "discovery_url" in given:
        values |= {"discovery_url": None, "issuer": None, "jwks_url": None}
    for name in OUTSIDE:
        if name in given and (given[name] or found is None):
            url = given[name]
            values[name] = address_elsewhere(instance, name, url) if url else None
    return dataclasses.replace(row, **values)


def _sealed(ctx: Context, connection_id: str, secret: str | None) -> bytes | None:
    if not secret:
        return None
    if len(secret) > LONGEST_SECRET:
        raise InvalidInput("client_secret", reason=f"at most {LONGEST_SECRET} characters")
    return ctx.platform.vault.seal(secret.encode(), SEALED_AS.format(id=connection_id))


def check_complete(row: EnterpriseConnectionRow) -> None:
    """Refuse an active connection that nobody could sign in through.

    Raises: ConnectionIncomplete; MissingInput; InvalidInput.
    """
    if not row.is_active:
        return
    if row.provider.protocol is Protocol.SAML:
        needed: dict[str, Any] = {
            "idp_entity_id": row.idp_entity_id,
            "idp_sso_url": row.idp_sso_url,
            "idp_certificate": row.idp_certificates,
        }
        if missing := [name for name, value in needed.items() if not value]:
            raise ConnectionIncomplete(missing=", ".join(missing))
        return
    for name in ("client_id", "authorize_url", "token_url"):
        if getattr(row, name) is None:
            raise MissingInput(name, reason="it is required")
    if row.userinfo_url is None and (row.jwks_url is None or row.issuer is None):
        raise MissingInput("userinfo_url", reason="nothing else says who somebody is")
    if row.sealed_secret is None and not row.requires_pkce:
        raise InvalidInput("requires_pkce", reason="it must be true without a client secret")
