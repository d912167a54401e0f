from pathlib import Path

from aiohttp import web


class AttachmentHandler:
    def __init__(self, root):
        self.root = Path(root).resolve()

    def locate(self, tail):
        candidate = (self.root / tail).resolve()
        if not str(candidate).startswith(str(self.root)):
            raise web.HTTPForbidden()
        return candidate

    async def get(self, request):
        path = self.locate(request.match_info["tail"])
        if not path.is_file():
            raise web.HTTPNotFound()
        return web.FileResponse(path)
