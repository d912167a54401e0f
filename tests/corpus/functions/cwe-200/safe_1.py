from fastapi import FastAPI, HTTPException, Request

app = FastAPI()
PUBLIC_FIELDS = ("id", "display_name", "joined_on")


@app.get("/members/{member_id}")
async def member(member_id: int, request: Request):
    row = await request.app.state.pool.fetchrow(
        "SELECT id, display_name, joined_on, password_hash, api_token"
        " FROM members WHERE id = $1",
        member_id,
    )
    if row is None:
        raise HTTPException(404)
    return {name: row[name] for name in PUBLIC_FIELDS}
