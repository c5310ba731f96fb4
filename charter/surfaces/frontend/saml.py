"""What identity providers of companies read of us."""

from charter.core.enterprise_connections import saml
from charter.surfaces.backend.saml_connections import BY_ID, BY_SAML_ID
from charter.surfaces.frontend.shapes import Page, Paged
from charter.wire.call import Call, View

HEADERS = {
    "content-type": "application/samlmetadata+xml",
    "cache-control": "public, max-age=300",
}


def document(metadata: str, _view: View) -> Page:
    """The document, as what it is."""
    return Page(metadata, HEADERS)


CALLS = [
    Call(
        "GET",
        "/saml/metadata/{saml_connection_id}.xml",
        saml.describe,
        Paged(document),
        names=BY_ID,
        reads=BY_SAML_ID,
        tag="SAML",
    ),
]
