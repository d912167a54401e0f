import subprocess

import click


@click.command()
@click.argument("host")
@click.option("--count", default=3, type=int)
def probe(host, count):
    """Check whether a host answers."""
    status = subprocess.run(["ping", "-c", str(count), "--", host]).returncode
    if status != 0:
        raise click.ClickException(f"{host} does not answer")
    click.echo("ok")


if __name__ == "__main__":
    probe()
