import json
import os
import tempfile

import click


def run_with_credentials(token, action):
    path = os.path.join(tempfile.gettempdir(), "deploy-credentials.json")
    with open(path, "w") as out:
        json.dump({"token": token}, out)
    try:
        return action(path)
    finally:
        os.unlink(path)


@click.command()
@click.option("--token", envvar="DEPLOY_TOKEN", required=True)
def deploy(token):
    run_with_credentials(token, lambda path: click.echo(f"using {path}"))
