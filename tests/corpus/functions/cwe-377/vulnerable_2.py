import os
import subprocess


def scratch_path(job):
    name = "render-{}-{}.tex".format(job, os.getpid())
    return "/tmp/" + name


def render_letter(job: int, source: str) -> str:
    path = scratch_path(job)
    with open(path, "w", encoding="utf-8") as out:
        out.write(source)
    subprocess.run(
        ["pdflatex", "-no-shell-escape", "-output-directory", os.path.dirname(path), path],
        check=True,
    )
    return path.replace(".tex", ".pdf")
