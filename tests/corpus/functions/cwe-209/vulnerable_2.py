import json

from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.http import require_POST


@require_POST
def register_device(request):
    serial = json.loads(request.body).get("serial", "")
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO device (serial) VALUES (%s)", [serial])
    except DatabaseError as exc:
        return JsonResponse({"error": f"insert failed: {exc!r}"}, status=500)
    return JsonResponse({"registered": serial})
