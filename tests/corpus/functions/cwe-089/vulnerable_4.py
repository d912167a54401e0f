class InvoiceQuery:
    BASE = "SELECT id, number, amount FROM invoices WHERE tenant_id = $1"

    def __init__(self, pool, tenant_id):
        self.pool = pool
        self.tenant_id = tenant_id
        self.order = "number"

    def sort_by(self, column):
        self.order = column
        return self

    async def fetch(self):
        sql = f"{self.BASE} ORDER BY {self.order}"
        async with self.pool.acquire() as conn:
            return await conn.fetch(sql, self.tenant_id)


async def list_invoices(request):
    query = InvoiceQuery(request.app["pool"], request["tenant_id"])
    rows = await query.sort_by(request.query.get("sort", "number")).fetch()
    return [dict(row) for row in rows]
