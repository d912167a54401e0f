import json
import logging

from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.http import require_POST

log = logging.getLogger(__name__)


@require_POST
def register_device(request):
    serial = json.loads(request.body).get("serial", "")
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO device (serial) VALUES (%s)", [serial])
    except DatabaseError as exc:
        log.exception("device insert failed: %s", type(exc).__name__)
        return JsonResponse({"error": "could not register device"}, status=500)
    return JsonResponse({"registered": serial})
