from fastapi.middleware.cors import CORSMiddleware
from flask import request
from flask_cors import CORS

ORIGINS = ["https://example.org"]


def configure(app, response):
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # found: any-origin-with-credentials
    app.add_middleware(CORSMiddleware, allow_origins=["*"])  # found: any-origin
    app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)  # fine
    CORS(app)  # found: any-origin
    CORS(app, supports_credentials=True)  # found: any-origin-with-credentials
    CORS(app, origins=ORIGINS)  # fine
    response.headers["Access-Control-Allow-Origin"] = "*"  # found: any-origin
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]  # found: any-origin-with-credentials
    response.headers["Access-Control-Allow-Origin"] = "https://example.org"  # fine
