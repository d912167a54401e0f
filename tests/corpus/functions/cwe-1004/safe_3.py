class BaseSettings:
    SESSION_COOKIE_AGE = 7200
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True


class PortalSettings(BaseSettings):
    SESSION_COOKIE_NAME = "portal"
    SESSION_COOKIE_SAMESITE = "Lax"


def export(settings_class, namespace):
    for name in dir(settings_class):
        if name.isupper():
            namespace[name] = getattr(settings_class, name)


export(PortalSettings, globals())
