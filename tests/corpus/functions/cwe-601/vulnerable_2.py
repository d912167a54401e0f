from django.conf import settings
from django.http import HttpResponseRedirect


def switch_language(request, code):
    back = request.GET.get("back") or "/"
    response = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, secure=True, httponly=True
        )
    return response
