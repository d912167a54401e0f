from fastapi import Body, FastAPI, HTTPException

app = FastAPI()

TRANSFORMS = {
    "sum": sum,
    "largest": max,
    "sorted": sorted,
}


@app.post("/transform")
async def transform(rows: list[float] = Body(...), script: str = Body(...)):
    action = TRANSFORMS.get(script)
    if action is None or not rows:
        raise HTTPException(400, "unknown transform")
    return {"result": action(rows)}
