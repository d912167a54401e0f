import hashlib
import hmac
import json

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt

from shop.models import Order


@csrf_exempt
def cancel_order(request):
    key = settings.PARTNER_KEY.encode()
    expected = hmac.new(key, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Signature", "")):
        return HttpResponseForbidden()
    number = json.loads(request.body)["order"]
    Order.objects.filter(number=number).update(state="cancelled")
    return HttpResponse(status=204)
