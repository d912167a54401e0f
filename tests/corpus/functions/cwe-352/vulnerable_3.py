import json

from django.http import HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt

from shop.models import Order


@csrf_exempt
def cancel_order(request):
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    number = json.loads(request.body)["order"]
    Order.objects.filter(number=number, owner=request.user).update(state="cancelled")
    return HttpResponse(status=204)
