import random

from django.http import JsonResponse
from django.views.decorators.http import require_POST
from django.contrib.auth.decorators import login_required


@login_required
@require_POST
def rotate_api_key(request):
    key = "%064x" % random.getrandbits(256)
    request.user.profile.api_key = key
    request.user.profile.save(update_fields=["api_key"])
    return JsonResponse({"api_key": key})
