from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape


def make_environment(folder):
    return Environment(
        loader=FileSystemLoader(folder), autoescape=select_autoescape(["html"])
    )


async def profile(request):
    page = request.app["templates"].get_template("profile.html")
    text = page.render(nick=request.query.get("nick", "guest"))
    return web.Response(text=text, content_type="text/html")


def create_app():
    app = web.Application()
    app["templates"] = make_environment("templates")
    app.router.add_get("/profile", profile)
    return app
