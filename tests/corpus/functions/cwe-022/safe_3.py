import tarfile
from pathlib import Path

import click


@click.command()
@click.argument("bundle", type=click.Path(exists=True))
@click.option("--into", default="restore")
def restore(bundle, into):
    """Restore a backup bundle received from a customer."""
    target = Path(into)
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(bundle, "r:*") as tar:
        tar.extractall(target, filter="data")
    click.echo(f"restored into {target}")


if __name__ == "__main__":
    restore()
