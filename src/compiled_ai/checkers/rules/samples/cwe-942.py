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


async def mirror_origin(request, handler):
    response = await handler(request)
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin  # found: origin-reflected
    return response


def mirror_in_django(request, response):
    asked = request.META.get("HTTP_ORIGIN", "")
    response["Access-Control-Allow-Origin"] = asked  # found: origin-reflected
    return response


def allow_known_origin(request, response, partners):
    origin = request.headers.get("Origin")
    if origin in partners:
        response["Access-Control-Allow-Origin"] = origin  # fine
    return response


def every_origin_by_pattern(app, flask_app):
    app.add_middleware(CORSMiddleware, allow_origin_regex="https?://.*")  # found: any-origin-pattern
    app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://\w+\.example\.org")  # fine
    flask_cors.CORS(flask_app, origins=".*")  # found: any-origin-pattern
    flask_cors.CORS(flask_app, origins="https://shop.example.org")  # fine


def headers_for_everybody():
    open_headers = {"Access-Control-Allow-Origin": "*", "Vary": "Origin"}  # found: any-origin-in-table
    options = {"allow_origins": ["*"]}  # found: any-origin-in-table
    own = {"Access-Control-Allow-Origin": "https://shop.example.org"}  # fine
    return open_headers, options, own
