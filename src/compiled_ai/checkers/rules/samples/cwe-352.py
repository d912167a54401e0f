from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect


@csrf_exempt  # found: csrf-exempt
def pay(request):
    return request


@csrf_protect  # fine
def pay_safely(request):
    return request


@method_decorator(csrf_exempt, name="dispatch")  # found: csrf-exempt
class Pay:
    pass


def configure(app, form):
    app.config["WTF_CSRF_ENABLED"] = False  # found: csrf-disabled
    app.config["WTF_CSRF_ENABLED"] = True  # fine
    form(csrf_enabled=False)  # found: csrf-disabled
    return form()  # fine


@csrf_exempt  # fine
def signed_by_partner(request):
    wanted = hmac.new(KEY, request.body, "sha256").hexdigest()
    if not hmac.compare_digest(wanted, request.headers["X-Signature"]):
        return forbidden()
    return handle(request.body)
