from django.db import connection
from django.http import JsonResponse


def order_list(request):
    clauses = ["deleted = false"]
    if "status" in request.GET:
        clauses.append("status = '%s'" % request.GET["status"])
    if "customer" in request.GET:
        clauses.append("customer_ref = '%s'" % request.GET["customer"])
    sql = "SELECT id, total FROM orders WHERE " + " AND ".join(clauses)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    return JsonResponse({"orders": [{"id": r[0], "total": r[1]} for r in rows]})
