import io
import xml.sax
from xml.sax import handler


class TitleCollector(handler.ContentHandler):
    def __init__(self):
        super().__init__()
        self.titles = []

    def characters(self, content):
        if content.strip():
            self.titles.append(content)


def titles_from(upload: bytes) -> list:
    collector = TitleCollector()
    reader = xml.sax.make_parser()
    reader.setFeature(handler.feature_external_ges, True)
    reader.setContentHandler(collector)
    reader.parse(io.BytesIO(upload))
    return collector.titles
