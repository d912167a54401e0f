import os


def env_flag(name, default):
    return os.environ.get(name, default) == "1"


def build_settings():
    debug = env_flag("SITE_DEBUG", "0")
    return {
        "DEBUG": debug,
        "ALLOWED_HOSTS": ["www.example.org"],
        "SECRET_KEY": os.environ["SITE_SECRET_KEY"],
        "ROOT_URLCONF": "site.urls",
    }


globals().update(build_settings())
