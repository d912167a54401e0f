import zlib

from aiohttp import web



async def ingest(request):
    packed = await request.read()
    try:
        text = zlib.decompress(packed, wbits=31)
    except zlib.error:
        raise web.HTTPBadRequest(text="not gzip") from None
    lines = text.decode("utf-8", "replace").splitlines()
    await request.app["queue"].put(lines)
    return web.json_response({"lines": len(lines)})
