import configparser


class TenantSettings:
    def __init__(self, text):
        parser = configparser.ConfigParser()
        parser.read_string(text)
        self.raw = dict(parser["limits"]) if "limits" in parser else {}

    def _convert(self, raw_value):
        try:
            return eval(raw_value)
        except (NameError, SyntaxError):
            return raw_value

    def get(self, key, default=None):
        if key not in self.raw:
            return default
        return self._convert(self.raw[key])
