import os
import uuid

from django.core.files.storage import default_storage
from django.http import JsonResponse

TYPES = {b"\x89PNG\r\n\x1a\n": ".png", b"GIF89a": ".gif"}


def sniff(upload):
    start = upload.read(16)
    upload.seek(0)
    return next((ext for magic, ext in TYPES.items() if start.startswith(magic)), None)


def upload_logo(request):
    upload = request.FILES["logo"]
    extension = sniff(upload)
    if extension is None:
        return JsonResponse({"error": "image expected"}, status=415)
    name = default_storage.save(os.path.join("logos", uuid.uuid4().hex + extension), upload)
    return JsonResponse({"url": default_storage.url(name)})
