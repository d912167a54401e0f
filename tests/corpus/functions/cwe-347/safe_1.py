import os

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()


def current_user(authorization: str = Header("")):
    token = authorization.removeprefix("Bearer ")
    try:
        claims = jwt.decode(
            token, os.environ["JWT_KEY"], algorithms=["HS256"], audience="shop"
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    return claims["sub"]


@app.get("/me")
def me(user: str = Depends(current_user)):
    return {"user": user}
