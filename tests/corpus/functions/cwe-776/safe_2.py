from lxml import etree


def parser_settings(large=False):
    settings = {"remove_blank_text": True, "no_network": True}
    if large:
        settings.update(collect_ids=False)
    settings["resolve_entities"] = settings.get("resolve_entities", False)
    return settings


def count_entries(payload: bytes) -> int:
    parser = etree.XMLParser(**parser_settings(large=len(payload) > 1000))
    root = etree.fromstring(payload, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("document type declarations are not accepted")
    return sum(1 for _ in root.iter("entry"))
