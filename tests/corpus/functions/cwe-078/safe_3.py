import asyncio
import re

from fastapi import FastAPI, HTTPException

app = FastAPI()
REPO = "/srv/git/site.git"


@app.get("/branches/{branch}/log")
async def branch_log(branch: str, limit: int = 20):
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", branch):
        raise HTTPException(400, "bad branch name")
    proc = await asyncio.create_subprocess_exec(
        "git", "-C", REPO, "log", "--oneline", "-n", str(limit), branch, "--",
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await proc.communicate()
    if proc.returncode != 0:
        raise HTTPException(404, "no such branch")
    return {"commits": out.decode().splitlines()}
