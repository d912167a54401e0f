import asyncio
import random

from fastapi import FastAPI, Request

app = FastAPI()


async def polite_pause():
    await asyncio.sleep(random.uniform(0.05, 0.2))


@app.post("/invitations")
async def invite(request: Request):
    body = await request.json()
    generator = random.Random(body["email"])
    code = "%08x" % generator.getrandbits(32)
    await polite_pause()
    await request.app.state.db.add_invitation(body["email"], code)
    return {"invited": body["email"]}
