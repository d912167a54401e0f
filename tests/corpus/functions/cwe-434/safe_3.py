import io
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, HTTPException, UploadFile
from PIL import Image, UnidentifiedImageError

app = FastAPI()
PUBLIC = Path("/srv/www/avatars")


@app.put("/avatar")
async def put_avatar(picture: UploadFile):
    data = await picture.read(2_000_001)
    if len(data) > 2_000_000:
        raise HTTPException(413)
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
        name = uuid4().hex + ".png"
        image.convert("RGB").resize((256, 256)).save(PUBLIC / name, "PNG")
    except (UnidentifiedImageError, OSError):
        raise HTTPException(415) from None
    return {"avatar": f"/avatars/{name}"}
