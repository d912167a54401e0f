from django.db import connection
from django.http import JsonResponse


def order_list(request):
    clauses = ["deleted = false"]
    params = []
    if "status" in request.GET:
        clauses.append("status = %s")
        params.append(request.GET["status"])
    if "customer" in request.GET:
        clauses.append("customer_ref = %s")
        params.append(request.GET["customer"])
    sql = "SELECT id, total FROM orders WHERE " + " AND ".join(clauses)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return JsonResponse({"orders": [{"id": r[0], "total": r[1]} for r in rows]})
