from aiohttp import web

BASE = {"secure": True, "samesite": "Strict", "path": "/"}
COOKIES = {
    "login_token": {**BASE, "httponly": True, "max_age": 3600},
    "theme": {**BASE, "httponly": False, "max_age": 31536000},
}


def put_cookie(response, name, value):
    response.set_cookie(name, value, **COOKIES[name])


async def login(request):
    form = await request.post()
    token = await request.app["auth"].exchange(form["name"], form["password"])
    response = web.json_response({"ok": True})
    put_cookie(response, "login_token", token)
    put_cookie(response, "theme", "dark")
    return response
