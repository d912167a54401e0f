from datetime import datetime, timezone

from aiohttp import web


class AuditTrail:
    def __init__(self, path):
        self.path = path

    def append(self, fields):
        line = " ".join(f"{key}={value}" for key, value in fields.items())
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(line + "\n")


async def delete_item(request):
    body = await request.json()
    fields = {
        "at": datetime.now(timezone.utc).isoformat(),
        "reason": str(body.get("reason", "")),
        "item": request.match_info["item"],
    }
    request.app["audit"].append(fields)
    return web.json_response({"deleted": fields["item"]})
