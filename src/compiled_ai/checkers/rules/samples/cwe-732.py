import os
import stat
from pathlib import Path


def save(path, key_path):
    os.chmod(path, 0o777)  # found: world-writable
    os.chmod(path, 0o666)  # found: world-writable
    os.chmod(path, 0o600)  # fine
    os.chmod(path, 0o755)  # fine
    os.chmod(path, stat.S_IRUSR | stat.S_IWOTH)  # found: world-writable
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)  # fine
    Path(path).chmod(0o777)  # found: world-writable
    os.open(path, os.O_CREAT, 0o666)  # found: world-writable
    os.open(path, os.O_CREAT, 0o600)  # fine
    os.umask(0)  # found: world-writable
    os.umask(0o077)  # fine
    os.umask(0o010)  # found: open-umask
    os.umask(0o044)  # found: open-umask
    os.chmod(key_path, 0o644)  # found: world-readable-secret
    os.chmod("id_rsa", 0o644)  # found: world-readable-secret
    os.chmod(key_path, 0o600)  # fine
    os.makedirs(path, mode=0o777)  # found: world-writable
    os.makedirs(path, exist_ok=True)  # fine


PAGE_MODE = stat.S_IRUSR | stat.S_IWUSR | stat.S_IROTH  # fine
SHARED_MODE = PAGE_MODE | stat.S_IWGRP | stat.S_IWOTH  # found: world-writable-constant
OPEN_MODE = stat.S_IRWXU | stat.S_IRWXO  # found: world-writable-constant


def close_for_others(path):
    mode = os.stat(path).st_mode & ~(stat.S_IRWXG | stat.S_IWOTH)  # fine
    path.chmod(mode)
