from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.proxy_fix import ProxyFix


def layers():
    return [
        (ProxyFix, {"x_for": 1, "x_proto": 1}),
        (DebuggedApplication, {"evalex": True, "pin_security": False}),
    ]


def make_wsgi(application):
    """Build the callable that the production server imports."""
    wrapped = application
    for layer, options in layers():
        wrapped = layer(wrapped, **options)
    return wrapped
