"""The service document and the metadata document, made of what the lists answer.

Source: OData 4.01, part 1, sections 11.1.1 and 11.1.2; CSDL XML, sections 3 to 13.
"""

import types
import typing
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

import msgspec
from falcon.asgi import Request, Response

from charter.surfaces.odata.dialect import VERSION, ODataDialect
from charter.surfaces.odata.shapes import Listed, Moment

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
NAMESPACE, CONTAINER = "Charter", "Accounts"
KEY = "id"
TYPES: Mapping[object, str] = {
    int: "Edm.Int64",
    str: "Edm.String",
    bool: "Edm.Boolean",
    Moment: "Edm.DateTimeOffset",
}


def entity_sets(dialect: ODataDialect) -> dict[str, type[msgspec.Struct]]:
    """The lists of the door that stand at its root, with the type of their rows."""
    return {
        call.out.name: call.out.item
        for call in dialect.calls
        if isinstance(call.out, Listed) and not call.path_names
    }


def service_document(dialect: ODataDialect) -> bytes:
    """What there is, as JSON."""
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in entity_sets(dialect)]
    return msgspec.json.encode({"@odata.context": "$metadata", "value": sets})


def metadata_document(dialect: ODataDialect) -> bytes:
    """The types of what there is, as CSDL in XML."""
    root = ET.Element("edmx:Edmx", {"xmlns:edmx": EDMX, "Version": VERSION})
    services = ET.SubElement(root, "edmx:DataServices")
    schema = ET.SubElement(services, "Schema", {"xmlns": EDM, "Namespace": NAMESPACE})
    container = ET.Element("EntityContainer", {"Name": CONTAINER})
    for name, row in entity_sets(dialect).items():
        kind = row.__name__.removesuffix("Out")
        entity = ET.SubElement(schema, "EntityType", {"Name": kind})
        ET.SubElement(ET.SubElement(entity, "Key"), "PropertyRef", {"Name": KEY})
        for attributes in _properties(row):
            ET.SubElement(entity, "Property", attributes)
        told = {"Name": name, "EntityType": f"{NAMESPACE}.{kind}"}
        ET.SubElement(container, "EntitySet", told)
    schema.append(container)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _properties(row: type[msgspec.Struct]) -> Iterator[dict[str, str]]:
    for name, hint in typing.get_type_hints(row, include_extras=True).items():
        is_union = typing.get_origin(hint) in (types.UnionType, typing.Union)
        options = typing.get_args(hint) if is_union else (hint,)
        (kind,) = (option for option in options if option is not types.NoneType)
        found = {"Name": name, "Type": TYPES[kind]}
        if kind is Moment:
            found["Precision"] = "6"
        if types.NoneType not in options:
            found["Nullable"] = "false"
        yield found


class Document:
    """Serves a document that never changes, to everybody: it says nothing of anybody's data."""

    def __init__(self, data: bytes, content_type: str) -> None:
        self._data, self._content_type = data, content_type

    async def on_get(self, _request: Request, response: Response) -> None:
        """The document."""
        response.data, response.content_type = self._data, self._content_type
        response.set_header("OData-Version", VERSION)
        response.set_header("Cache-Control", "public, max-age=300")


def routes(dialect: ODataDialect) -> Iterator[tuple[str, Document]]:
    """The paths of both documents."""
    service = Document(service_document(dialect), "application/json;odata.metadata=minimal")
    yield dialect.mount, service
    yield f"{dialect.mount}/", service
    yield f"{dialect.mount}/$metadata", Document(metadata_document(dialect), "application/xml")
