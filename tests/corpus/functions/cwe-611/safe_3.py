from defusedxml import ElementTree as etree


class SvgInspector:
    options = {"forbid_dtd": True, "forbid_entities": True, "forbid_external": True}

    def __init__(self, stream):
        self.stream = stream

    def _tree(self):
        return etree.parse(self.stream, **self.options)

    def size(self):
        root = self._tree().getroot()
        return root.get("width"), root.get("height")


def handle_upload(upload):
    width, height = SvgInspector(upload.file).size()
    return {"width": width, "height": height}
