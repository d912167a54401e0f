import os
import shutil
import zipfile


def unpack_theme(archive_path, dest):
    written = []
    root = os.path.realpath(dest)
    with zipfile.ZipFile(archive_path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            member = info.filename
            out_path = os.path.realpath(os.path.join(root, member))
            if os.path.commonpath([root, out_path]) != root:
                raise ValueError("unexpected entry in theme: %r" % member)
            os.makedirs(os.path.dirname(out_path), exist_ok=True)
            with archive.open(info) as src, open(out_path, "wb") as dst:
                shutil.copyfileobj(src, dst)
            written.append(out_path)
    return written
