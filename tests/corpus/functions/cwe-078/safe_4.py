import shlex
import subprocess


class RemoteHost:
    def __init__(self, address):
        self.address = address

    @staticmethod
    def render(words):
        return " ".join(shlex.quote(word) for word in words)

    def execute(self, *words):
        line = self.render(words)
        return subprocess.run(
            ["ssh", "-o", "BatchMode=yes", self.address, line],
            capture_output=True, text=True, check=True,
        ).stdout


def disk_usage(host: RemoteHost, customer_folder: str) -> int:
    if "/" in customer_folder or customer_folder in ("", ".", ".."):
        raise ValueError("bad folder name")
    output = host.execute("du", "-s", "--", "/home/" + customer_folder)
    return int(output.split()[0])
