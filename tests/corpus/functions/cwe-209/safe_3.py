import logging
import traceback

from aiohttp import web

log = logging.getLogger("gateway")


def describe(exc):
    frames = traceback.format_exception(type(exc), exc, exc.__traceback__)
    return {"message": str(exc), "where": frames}


@web.middleware
async def error_middleware(request, handler):
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as exc:
        details = describe(exc)
        log.error("request failed: %r", details)
        return web.json_response({"status": "error"}, status=500)
