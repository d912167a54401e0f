"""Where our own data lies: in a checkout of the repository. It is no part of the installed package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compiled_ai.errors import MissingToolError


def checkout(root: Path | None, *, needs: Sequence[str], dataset: str) -> Path:
    """`root`, or the checkout that the working folder lies in.

    Args:
        root: A checkout. None: it is looked for from the working folder upwards.
        needs: Folders that it must have.
        dataset: Who needs it, for messages.

    Raises:
        MissingToolError: there is none, or it lacks a folder.
    """
    if root is not None:
        missing = [name for name in needs if not (root / name).is_dir()]
        if missing:
            raise MissingToolError(f"{root} is no checkout of Compiled AI: it has no folder {missing[0]}")
        return root
    start = Path.cwd()
    for folder in (start, *start.parents):
        if all((folder / name).is_dir() for name in needs):
            return folder
    raise MissingToolError(
        f"{start} is not inside a checkout of Compiled AI. The dataset {dataset} needs its folders {' and '.join(needs)}, which are no part of the installed "
        "package: change into a checkout, or name one with the dataset's option root=FOLDER."
    )
