import logging

from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

log = logging.getLogger(__name__)


class PortalSession(SessionAuthentication):
    def enforce_csrf(self, request):
        log.debug("portal request %s", request.method)
        return super().enforce_csrf(request)


class CloseAccount(APIView):
    authentication_classes = [PortalSession]

    def post(self, request):
        request.user.is_active = False
        request.user.save(update_fields=["is_active"])
        return Response({"closed": True})
