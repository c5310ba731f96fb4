"""Reads XML from strangers: what it may refer to and say of itself is decided here."""

from lxml import etree


def parser() -> etree.XMLParser:
    """One that reads UTF-8, whatever a document says of itself, and nothing beside the document.

    No entities, no document types, nothing from the network, no trees beyond libxml2's own limits.
    """
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
    )
