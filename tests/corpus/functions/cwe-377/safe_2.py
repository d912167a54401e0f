import os
import subprocess
import tempfile


def scratch_path(job):
    folder = tempfile.mkdtemp(prefix="render-")
    name = "{}-{}.tex".format(job, os.getpid())
    return os.path.join(folder, name)


def render_letter(job: int, source: str) -> str:
    path = scratch_path(job)
    with open(path, "w", encoding="utf-8") as out:
        out.write(source)
    subprocess.run(
        ["pdflatex", "-no-shell-escape", "-output-directory", os.path.dirname(path), path],
        check=True,
    )
    return path.replace(".tex", ".pdf")
