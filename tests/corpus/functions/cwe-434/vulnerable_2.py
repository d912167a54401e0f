import os
import uuid

from django.core.files.storage import default_storage
from django.http import JsonResponse

TYPES = ("image/png", "image/gif")


def sniff(upload):
    if upload.content_type in TYPES:
        return os.path.splitext(upload.name)[1]
    return None


def upload_logo(request):
    upload = request.FILES["logo"]
    extension = sniff(upload)
    if extension is None:
        return JsonResponse({"error": "image expected"}, status=415)
    name = default_storage.save(os.path.join("logos", uuid.uuid4().hex + extension), upload)
    return JsonResponse({"url": default_storage.url(name)})
