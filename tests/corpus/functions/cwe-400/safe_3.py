import zlib

from aiohttp import web

LIMIT = 10 * 1024 * 1024


async def ingest(request):
    packed = await request.read()
    try:
        engine = zlib.decompressobj(wbits=31)
        text = engine.decompress(packed, LIMIT)
    except zlib.error:
        raise web.HTTPBadRequest(text="not gzip") from None
    if not engine.eof:
        raise web.HTTPRequestEntityTooLarge(LIMIT, LIMIT + 1)
    lines = text.decode("utf-8", "replace").splitlines()
    await request.app["queue"].put(lines)
    return web.json_response({"lines": len(lines)})
