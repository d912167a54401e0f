from xml.parsers import expat


class TextCollector:
    def __init__(self):
        self.chunks = []
        self.parser = expat.ParserCreate()
        self.parser.CharacterDataHandler = self.chunks.append
        self.parser.EntityDeclHandler = self.on_entity

    def on_entity(self, name, *details):
        raise ValueError(f"entity {name} not accepted")

    def feed(self, data: bytes) -> str:
        self.parser.Parse(data, True)
        return "".join(self.chunks)


async def soap_text(request):
    return TextCollector().feed(await request.read())
