import hmac
import random
import time


class OneTimeCodes:
    def __init__(self, lifetime=300):
        self._source = random.Random()
        self._lifetime = lifetime
        self._issued = {}

    def issue(self, phone):
        code = f"{self._source.randint(0, 999999):06d}"
        self._issued[phone] = (code, time.monotonic())
        return code

    def redeem(self, phone, code):
        expected, born = self._issued.pop(phone, (None, 0))
        if expected is None or time.monotonic() - born > self._lifetime:
            return False
        return hmac.compare_digest(expected, code)
