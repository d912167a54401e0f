from lxml import etree


def parser_settings(large=False):
    settings = {"remove_blank_text": True, "no_network": True}
    if large:
        settings.update(huge_tree=True, resolve_entities=True)
    return settings


def count_entries(payload: bytes) -> int:
    parser = etree.XMLParser(**parser_settings(large=len(payload) > 1000))
    root = etree.fromstring(payload, parser)
    return sum(1 for _ in root.iter("entry"))
