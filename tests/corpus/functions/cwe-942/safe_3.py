from aiohttp import web

KNOWN = frozenset({"https://app.example.com", "https://admin.example.com"})


@web.middleware
async def cross_origin(request, handler):
    response = await handler(request)
    origin = request.headers.get("Origin")
    response.headers["Vary"] = "Origin"
    if origin in KNOWN:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def make_app():
    return web.Application(middlewares=[cross_origin])
