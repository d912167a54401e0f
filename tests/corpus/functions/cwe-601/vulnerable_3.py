from aiohttp import web


def local_target(value, default="/home"):
    if value and value.startswith("/"):
        return value
    return default


async def finish_consent(request):
    form = await request.post()
    state = {"accepted": form.get("accept") == "yes", "to": form.get("return_to")}
    request.app["consents"].append(state["accepted"])
    raise web.HTTPFound(location=local_target(state["to"]))
