from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST


@csrf_protect
@login_required
@require_POST
def transfer(request):
    amount = Decimal(request.POST["amount"])
    request.user.wallet.send(request.POST["to"], amount)
    return JsonResponse({"sent": str(amount)})
