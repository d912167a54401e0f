import subprocess
from pathlib import PurePosixPath

CONVERTERS = {
    "pdf": "pandoc {src} -o {dst}",
    "png": "convert {src} -resize 800x {dst}",
}


def build_command(kind, upload_name, job_dir):
    template = CONVERTERS[kind]
    source = PurePosixPath(upload_name).name
    values = {"src": f"{job_dir}/{source}", "dst": f"{job_dir}/out.{kind}"}
    return template.format(**values)


def convert_upload(kind, upload_name, job_dir):
    command = build_command(kind, upload_name, job_dir)
    done = subprocess.run(command, shell=True, capture_output=True, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    return f"{job_dir}/out.{kind}"
