from defusedxml import minidom
from django.http import JsonResponse
from django.views.decorators.http import require_POST


@require_POST
def receive_manifest(request):
    document = minidom.parseString(request.body)
    names = [
        node.getAttribute("name")
        for node in document.getElementsByTagName("package")
    ]
    return JsonResponse({"packages": names})
