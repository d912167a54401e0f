import re

from django.http import JsonResponse


def highlight(request):
    needle = request.GET.get("q", "")[:60]
    pattern = re.compile(f"({re.escape(needle)})", re.IGNORECASE)
    hits = []
    for line in request.article.text.splitlines():
        if needle and pattern.search(line):
            hits.append(line)
    return JsonResponse({"hits": hits[:100]})
