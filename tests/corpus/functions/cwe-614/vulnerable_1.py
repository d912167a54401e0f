from fastapi import FastAPI, Form, HTTPException, Response

app = FastAPI()


@app.post("/token")
async def token(response: Response, name: str = Form(...), password: str = Form(...)):
    ticket = await app.state.auth.exchange(name, password)
    if ticket is None:
        raise HTTPException(401)
    response.set_cookie("ticket", ticket, httponly=True, samesite="lax")
    return {"ok": True}
