from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, HTTPException, UploadFile

app = FastAPI()
PUBLIC = Path("/srv/www/avatars")


@app.put("/avatar")
async def put_avatar(picture: UploadFile):
    data = await picture.read(2_000_001)
    if len(data) > 2_000_000:
        raise HTTPException(413)
    name = uuid4().hex + Path(picture.filename).suffix
    (PUBLIC / name).write_bytes(data)
    return {"avatar": f"/avatars/{name}"}
