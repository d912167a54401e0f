"""The files of AgentBench's dev split: pinned, hashed, fetched into the user's data folder. Nothing of them lies in our repository.

https://github.com/THUDM/AgentBench at 578c5e9, Apache-2.0. Paper: https://arxiv.org/abs/2308.03688.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, Literal, TypeVar

import platformdirs

from compiled_ai.errors import MissingToolError
from compiled_ai.files import partial_path
from compiled_ai.spec.canonical import JsonObject

EnvironmentName = Literal["db", "os", "kg", "ltp", "hh"]
COMMIT = "578c5e9"
REPOSITORY = "https://github.com/THUDM/AgentBench"
PAPER = "https://arxiv.org/abs/2308.03688"
LICENCE = "Apache-2.0"
FOLDER_VARIABLE = "COMPILED_AI_AGENTBENCH"
"""Environment variable that names a folder in which the files lie already, by their path in the repository or by their name here."""
_RAW = "https://raw.githubusercontent.com/THUDM/AgentBench"
_SECONDS = 60
_MOST_BYTES = 8 * 2**20
_Item = TypeVar("_Item")
_SCRIPT = re.compile(r"(check|example|init)/[A-Za-z0-9][A-Za-z0-9_-]*\.(sh|py)")


@dataclass(frozen=True, kw_only=True)
class PinnedFile:
    """A file that we know to the byte."""

    path: str
    """In AgentBench's repository."""
    name: str
    """In a folder of files given by hand."""
    sha256: str


FILES: dict[EnvironmentName, PinnedFile] = {
    "db": PinnedFile(
        path="data/dbbench/dev.jsonl",
        name="dbbench_dev.jsonl",
        sha256="eb941c58a7a5651357b19e46aa05070f6cd5a7d83ce70cefd24aa3581e1e1130",
    ),
    "os": PinnedFile(
        path="data/os_interaction/data/dev.json",
        name="os_dev.json",
        sha256="c5554248e6c1cb606e27d2f81025b751a490c9a5ccd37aabf4c86879a52e9274",
    ),
    "kg": PinnedFile(
        path="data/knowledgegraph/dev.json",
        name="kg_dev.json",
        sha256="5e28f8504ef98c513fa90090fc9543dbad54990723cc28854e2ba3ce1536d994",
    ),
    "ltp": PinnedFile(
        path="data/lateralthinkingpuzzle/dev.xlsx",
        name="ltp_dev.xlsx",
        sha256="6cc6fdb088680ea4f2a5d667cf498497e01a4498f0ae40fedd724d839c74d0cd",
    ),
    "hh": PinnedFile(
        path="data/alfworld/dev.json",
        name="alfworld_dev.json",
        sha256="20b8f28be96aa2c011edd5a43653c5ee8089d51442e42cc8f361ce9866cc6ce0",
    ),
}
SCRIPTS_PATH = "data/os_interaction/scripts/dev"
"""Where the scripts lie that OS tasks name by file. Pinned by commit only: they run nowhere but in the jail."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the data comes from."""

    folder: Path | None = None
    """Folder in which the files lie. None: the user's data folder, filled from the network."""
    is_pinned: bool = True
    """Whether only the files that we know are taken. Off for tasks of one's own in the same format."""

    def read(self, environment: EnvironmentName) -> bytes:
        """The data of `environment`.

        Raises:
            MissingToolError: it is not there and cannot be fetched, or is another file than the one that we know.
        """
        pin = FILES[environment]
        content = _read_local(self.folder, (pin.path, pin.name))
        if content is None:
            if self.folder is not None:
                raise MissingToolError(
                    f"AgentBench's {pin.name} is not in {self.folder}: put it there, under that name or as {pin.path}, "
                    f"or leave {FOLDER_VARIABLE} unset to have it fetched"
                )
            content = _fetch(pin.path, home() / pin.path, sha256=pin.sha256)
        if self.is_pinned and sha256_of(content) != pin.sha256:
            raise MissingToolError(
                f"{pin.name} in {self.folder} is not AgentBench's dev split at {COMMIT} (SHA-256 {sha256_of(content)[:12]}…, "
                f"expected {pin.sha256[:12]}…): take the file of that commit, or set the option 'unpinned' for tasks of your own"
            )
        return content

    def read_script(self, name: str) -> str:
        """The text of a script that an OS task names, such as ``check/integer-match.py``.

        Raises:
            MissingToolError: it is not there and cannot be fetched.
        """
        if not _SCRIPT.fullmatch(name):
            raise MissingToolError(f"a task names the script {name!r}, which is no path such as check/0.sh")
        content = _read_local(self.folder, (f"{SCRIPTS_PATH}/{name}", f"os_scripts/{name}"))
        if content is None and self.folder is not None and not self.is_pinned:
            raise MissingToolError(
                f"the script {name} is not in {self.folder}: put it there as os_scripts/{name}"
            )
        if content is None:
            path = f"{SCRIPTS_PATH}/{name}"
            content = _fetch(path, home() / path, sha256=None)
        return content.decode("utf-8", "replace")


class DataFile(Generic[_Item]):
    """The file of one environment, read and parsed when it is first asked for."""

    def __init__(
        self, source: Source, environment: EnvironmentName, parse: Callable[[bytes], tuple[_Item, ...]]
    ) -> None:
        self._source = source
        self._environment = environment
        self._parse = parse

    @cached_property
    def _content(self) -> bytes:
        return self._source.read(self._environment)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file.

        Raises:
            MissingToolError: see `Source.read`.
        """
        return sha256_of(self._content)

    @cached_property
    def items(self) -> tuple[_Item, ...]:
        """What the file holds, in its order.

        Raises:
            MissingToolError: see `Source.read`, or the file is not in the form that we know.
        """
        return self._parse(self._content)


def source_of(options: JsonObject, environ: dict[str, str]) -> Source:
    """Where `options` (``folder``, ``unpinned``) and the environment say that the data lies."""
    folder = options.get("folder") or environ.get(FOLDER_VARIABLE)
    return Source(
        folder=Path(folder) if isinstance(folder, str) and folder else None,
        is_pinned=options.get("unpinned") not in (True, "true"),
    )


def home() -> Path:
    """The user's data folder for this dataset."""
    return (
        Path(platformdirs.user_data_dir("compiled-ai", appauthor=False)) / "datasets" / f"agentbench-{COMMIT}"
    )


def fetch_all(source: Source, environments: Sequence[EnvironmentName] = tuple(FILES)) -> int:
    """Have all files of `environments` at hand; how many bytes they are.

    Raises:
        MissingToolError: one cannot be had.
    """
    return sum(len(source.read(environment)) for environment in environments)


def sha256_of(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _read_local(folder: Path | None, names: Sequence[str]) -> bytes | None:
    for name in names:
        path = (folder or home()) / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise MissingToolError(
                f"{path} cannot be read ({error.strerror}): make it readable, or remove it"
            ) from error
    return None


def _fetch(path: str, target: Path, *, sha256: str | None) -> bytes:
    url = f"{_RAW}/{COMMIT}/{path}"
    mend = f"put it into a folder by hand and name that in {FOLDER_VARIABLE}, or try again with a network"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as reply:  # noqa: S310 - a fixed https address
            content: bytes = reply.read(_MOST_BYTES + 1)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise MissingToolError(f"{url} cannot be fetched ({error}): {mend}") from error
    if len(content) > _MOST_BYTES or (sha256 is not None and sha256_of(content) != sha256):
        raise MissingToolError(f"{url} gave another file than the one that we know: {mend}")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_path(target)
    try:
        partial.write_bytes(content)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return content
