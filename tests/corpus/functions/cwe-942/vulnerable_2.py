from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

CROSS_ORIGIN = {
    "allow_origin_regex": r"https?://.*",
    "allow_credentials": True,
    "allow_methods": ["GET", "POST"],
}


def build():
    app = FastAPI()
    app.add_middleware(CORSMiddleware, **CROSS_ORIGIN)
    return app


api = build()
