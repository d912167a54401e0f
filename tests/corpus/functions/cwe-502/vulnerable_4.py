import io
import pickle


class FrameReader(pickle.Unpickler):
    def persistent_load(self, pid):
        raise pickle.UnpicklingError("no persistent objects")


def decode(blob):
    return FrameReader(io.BytesIO(blob)).load()


async def handle_peer(reader, writer):
    size = int.from_bytes(await reader.readexactly(4), "big")
    if size > 1_000_000:
        writer.close()
        return None
    frame = decode(await reader.readexactly(size))
    writer.write(b"ok")
    await writer.drain()
    return frame
