import hashlib
from pathlib import Path


def cache_bucket(url: str) -> str:
    return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()[:2]


def accept_update(package: Path, manifest: dict) -> Path:
    """Install a firmware package when it matches its published digest."""
    data = package.read_bytes()
    if hashlib.md5(data).hexdigest() != manifest["md5"]:
        raise ValueError("digest mismatch for " + package.name)
    folder = Path("/var/lib/updater") / cache_bucket(manifest["url"])
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "firmware.bin"
    target.write_bytes(data)
    return target
