from fastapi import Body, FastAPI

app = FastAPI()


@app.post("/transform")
async def transform(rows: list[float] = Body(...), script: str = Body(...)):
    scope = {"rows": rows, "result": None}
    exec(script, scope)
    return {"result": scope["result"]}
