import httpx
from fastapi import BackgroundTasks, FastAPI
from pydantic import BaseModel

app = FastAPI()


class Job(BaseModel):
    document: str
    notify: str


async def finish(job: Job):
    message = {"words": len(job.document.split())}
    target = job.notify
    async with httpx.AsyncClient(timeout=10) as client:
        await client.post(target, json=message)


@app.post("/jobs", status_code=202)
async def submit(job: Job, tasks: BackgroundTasks):
    tasks.add_task(finish, job)
    return {"accepted": True}
