from lxml import etree


class SvgInspector:
    options = {"load_dtd": True, "no_network": False, "resolve_entities": True}

    def __init__(self, stream):
        self.stream = stream

    def _tree(self):
        return etree.parse(self.stream, etree.XMLParser(**self.options))

    def size(self):
        root = self._tree().getroot()
        return root.get("width"), root.get("height")


def handle_upload(upload):
    width, height = SvgInspector(upload.file).size()
    return {"width": width, "height": height}
