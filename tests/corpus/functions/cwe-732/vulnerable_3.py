import stat
from pathlib import Path

import click

PAGE_MODE = stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH
KEY_MODE = PAGE_MODE | stat.S_IWGRP | stat.S_IWOTH


@click.command()
@click.argument("site", type=click.Path(exists=True, file_okay=False))
def fix_modes(site):
    """Set modes on a published site and its signing key."""
    root = Path(site)
    for page in root.glob("public/**/*.html"):
        page.chmod(PAGE_MODE)
    (root / "signing.key").chmod(KEY_MODE)


if __name__ == "__main__":
    fix_modes()
