from aiohttp import web


def local_target(value, default="/home"):
    if not value or not value.startswith("/") or value.startswith("//"):
        return default
    if "\\" in value or any(ord(char) < 33 for char in value):
        return default
    return value


async def finish_consent(request):
    form = await request.post()
    state = {"accepted": form.get("accept") == "yes", "to": form.get("return_to")}
    request.app["consents"].append(state["accepted"])
    raise web.HTTPFound(location=local_target(state["to"]))
