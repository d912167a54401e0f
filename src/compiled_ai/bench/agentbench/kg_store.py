"""Where a knowledge graph is asked: a SPARQL endpoint by URL, or a file of triples in memory."""

from __future__ import annotations

import http.client
import importlib
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast

from pydantic import BaseModel, ValidationError

from compiled_ai.bench.agentbench.kg_query import PREFIX
from compiled_ai.errors import MissingToolError

MOST_RESULTS = 10_000
_MOST_BYTES = 50 * 2**20
_MENDING = (
    "AgentBench's knowledge graph is Freebase behind a SPARQL endpoint: set one up (https://github.com/dki-lab/Freebase-Setup) and give its URL "
    "as the option url or in COMPILED_AI_AGENTBENCH_KG_URL; or the path of a file of triples (file:/…/graph.nt, needs pip install pyoxigraph)"
)


class Store(Protocol):
    """What answers queries."""

    def select(self, query: str) -> list[str]:
        """The values of the only column, without Freebase's prefix.

        Raises:
            MissingToolError: the store cannot be reached.
            QueryFailedError: it refuses the query.
        """
        ...


class QueryFailedError(Exception):
    """The store does not answer this query, such as one that takes too long. Becomes a text for the system."""


def open_store(url: str | None, *, seconds: float) -> Store:
    """The store that `url` names: ``http(s)://…`` or ``file:…``.

    Raises:
        MissingToolError: there is no URL, no file, or no pyoxigraph to read it.
    """
    if url is None:
        raise MissingToolError(_MENDING)
    if url.startswith(("http://", "https://")):
        return Endpoint(url, seconds=seconds)
    if url.startswith("file:"):
        try:
            return EmbeddedStore(Path(url.removeprefix("file:")).read_bytes())
        except OSError as error:
            raise MissingToolError(f"{url} cannot be read ({error.strerror}). {_MENDING}") from error
    raise MissingToolError(
        f"the URL of the knowledge graph begins neither with http nor with file:. {_MENDING}"
    )


class _Value(BaseModel):
    value: str


class _Results(BaseModel):
    bindings: list[dict[str, _Value]]


class _Reply(BaseModel):
    results: _Results


class Endpoint:
    """A SPARQL endpoint, such as Virtuoso with Freebase."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self._url = url
        self._seconds = seconds

    def select(self, query: str) -> list[str]:
        """The values of the only column."""
        body = urllib.parse.urlencode({"query": query, "format": "application/sparql-results+json"}).encode()
        request = urllib.request.Request(  # noqa: S310 - http or https, checked where it comes in
            self._url, data=body, headers={"Accept": "application/sparql-results+json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as reply:  # noqa: S310 - as above
                content: bytes = reply.read(_MOST_BYTES)
        except urllib.error.HTTPError as error:
            raise QueryFailedError(f"the graph refuses the query ({error.code})") from error
        except TimeoutError as error:
            raise QueryFailedError(f"the graph took longer than {self._seconds:g} s") from error
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise MissingToolError(f"the SPARQL endpoint cannot be reached ({error}). {_MENDING}") from error
        try:
            rows = _Reply.model_validate(json.loads(content)).results.bindings
        except (ValidationError, ValueError) as error:
            raise QueryFailedError("the graph does not answer in SPARQL's JSON") from error
        return [plain(cell.value) for row in rows[:MOST_RESULTS] for cell in row.values()]


class _Term(Protocol):
    value: str


class _Solution(Protocol):
    def __getitem__(self, key: int) -> _Term | None: ...


class _Graph(Protocol):
    def load(self, input: bytes, format: object) -> None: ...  # noqa: A002 - pyoxigraph's names

    def query(self, query: str) -> Iterable[_Solution]: ...


class EmbeddedStore:
    """Triples in the form N-Triples, in memory, through pyoxigraph: for tests and for parts of Freebase.

    Raises:
        MissingToolError: pyoxigraph is not installed, or the triples are not N-Triples.
    """

    def __init__(self, triples: bytes) -> None:
        try:
            library = importlib.import_module("pyoxigraph")
        except ImportError as error:
            raise MissingToolError("a file of triples needs pyoxigraph: pip install pyoxigraph") from error
        self._graph = cast("_Graph", library.Store())
        try:
            self._graph.load(triples, library.RdfFormat.N_TRIPLES)
        except (SyntaxError, ValueError, OSError) as error:
            raise MissingToolError(f"the file of triples is not in the form N-Triples: {error}") from error

    def select(self, query: str) -> list[str]:
        """The values of the only column."""
        try:
            terms = [solution[0] for solution in self._graph.query(query)]
        except (SyntaxError, ValueError, OSError) as error:
            raise QueryFailedError(str(error)) from error
        return [plain(term.value) for term in terms[:MOST_RESULTS] if term is not None]


def plain(value: str) -> str:
    """`value` as AgentBench's answers have it: without Freebase's prefix, and dates without their zone."""
    return value.removeprefix(PREFIX).replace("-08:00", "")
