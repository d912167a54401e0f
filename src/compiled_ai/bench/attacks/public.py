"""Other people's sets of attacks and of harmless texts, which users bring along: none of it is in this repository, and nothing fetches it.

Each stands in the user's folder as ``<name>.jsonl``, one ``{"id", "text", "label"}`` a line (1: attack), made from the source at the pinned commit. What was measured
here was measured on rows with exactly the digest below, so that other rows are refused instead of being called the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.bench.attacks.rows import Kind, PublicRow, read_public
from compiled_ai.errors import MissingToolError, StoreError
from compiled_ai.spec.canonical import JsonValue, digest

_MIT = "MIT"
_APACHE = "Apache-2.0"


@dataclass(frozen=True, kw_only=True)
class PublicSet:
    """One set."""

    name: str
    kind: Kind
    """The task that it belongs to."""
    source: str
    """Link to the repository at the commit that the rows were taken from."""
    licence: str
    rows: int
    digest: str
    """Of all ids, texts and labels; see `rows_digest`."""


def rows_digest(rows: Sequence[PublicRow]) -> str:
    """Identity of `rows`, whatever else the file says of them."""
    data: list[JsonValue] = [[row.id, row.text, row.label] for row in rows]
    return digest("attacks1", data)


def read_set(found: PublicSet, folder: Path | None) -> tuple[PublicRow, ...]:
    """The rows of a set from its file in `folder`.

    Raises:
        MissingToolError: no folder is named, or the file is not there.
        StoreError: the file cannot be read, or holds other rows than those that are pinned.
    """
    file = f"{found.name}.jsonl"
    if folder is None or not (folder / file).is_file():
        where = (
            "no folder was named (--data FOLDER, or the option folder=FOLDER of the dataset)"
            if folder is None
            else f"{folder / file} does not exist"
        )
        raise MissingToolError(
            f"the public set {found.name} is not here: {where}. Take it from {found.source} ({found.licence}) and write its {found.rows} rows as "
            '{"id": ..., "text": ..., "label": 0 or 1}, one a line.'
        )
    rows = read_public(folder / file)
    if rows_digest(rows) != found.digest:
        raise StoreError(
            f"{folder / file} holds {len(rows)} rows with the digest {rows_digest(rows)}; pinned are {found.rows} with {found.digest}. Figures on other rows "
            "are figures on another set."
        )
    return rows


def _set(name: str, kind: Kind, source: str, licence: str, pinned: tuple[int, str]) -> PublicSet:
    repository, _, commit = source.partition("@")
    link = f"https://github.com/{repository}/tree/{commit}"
    rows, hexadecimal = pinned
    return PublicSet(
        name=name, kind=kind, source=link, licence=licence, rows=rows, digest=f"attacks1:{hexadecimal}"
    )


_LISTED: tuple[PublicSet, ...] = (
    _set(
        "bipia_attack_strings",
        "injection",
        "microsoft/BIPIA@1a2a91da6bb1",
        _MIT,
        (250, "19a176f89d1dfbf3705a915a3a6dad038c9f37af2e5b7c8b6a5ba765a2edfbc2"),
    ),
    _set(
        "bipia_docs_paired",
        "injection",
        "microsoft/BIPIA@1a2a91da6bb1",
        _MIT,
        (362, "3517e1e4fa7fc8b8c979a198fb9691d13fe0f7f0c07c970b3d1eeb4a43c90861"),
    ),
    _set(
        "cyberseceval_pi",
        "injection",
        "meta-llama/PurpleLlama@4be64c3a2444",
        _MIT,
        (245, "eb502ff0ffbb552925e97b99ea032eec219e158f9d7acfbc44bf1ff37fe20239"),
    ),
    _set(
        "garak_dan_sysprompt",
        "injection",
        "NVIDIA/garak@cafbe992780d",
        _APACHE,
        (44, "5e605fa6075e2c7f3f569df126d879d45395b1d7c66a66d72fcae5bee823e2b3"),
    ),
    _set(
        "garak_inthewild",
        "injection",
        "NVIDIA/garak@cafbe992780d",
        "Apache-2.0/MIT",
        (650, "5cab66e88836dff50063b9cc2910a2a2fd0f17a83c86e22b8912bdda8b20a36f"),
    ),
    _set(
        "gptfuzz",
        "injection",
        "sherdencooper/GPTFuzz@1eddeb565740",
        _MIT,
        (77, "2871bc82028df88e010c1b4027f169a004e59d8f063b2dd81f43ee99389119a4"),
    ),
    _set(
        "mitre_frr_benign",
        "injection",
        "meta-llama/PurpleLlama@4be64c3a2444",
        _MIT,
        (750, "2f3e712f09453c2311dd321fbfd96810f164f7c30f33098a81698b9abc3ec848"),
    ),
    _set(
        "peer_injection",
        "injection",
        "XY-Corp/CompiledAI@a3706bec55",
        _MIT,
        (30, "4b4972572ffc8c6fa769c71a3477ad66992bd87677ade623a0fddb6a77b01f81"),
    ),
    _set(
        "peer_leakage",
        "leakage",
        "XY-Corp/CompiledAI@a3706bec55",
        _MIT,
        (40, "71a2849507376dcdf094108466fe7815614b0c188fd352363460d4fc8ec0c854"),
    ),
    _set(
        "peer_pii",
        "pii",
        "XY-Corp/CompiledAI@a3706bec55",
        _MIT,
        (25, "ba60109c8fd937eb2e26a05426a631924edca71f2dfd08d1715007e5f8b0547c"),
    ),
    _set(
        "presidio_synth",
        "pii",
        "microsoft/presidio-research@7622dec1e5f7",
        _MIT,
        (1392, "3aaab42f85906790921e69a6a335cdd04a18d84325f86d78f941bbdea4e0f9e9"),
    ),
    _set(
        "safecoder_secdesc_benign",
        "injection",
        "eth-sri/SafeCoder@1bf9d57b42b7",
        _MIT,
        (540, "dc3941a0feed474a0851ccdde22692d03b15646951e85c595a66ae04b0778216"),
    ),
    _set(
        "selfinstruct_user",
        "injection",
        "yizhongw/self-instruct@0b26ccaa4159",
        _APACHE,
        (252, "af36424c4591e957c520e59b1255a48901b1d07f73ce305af43cec8a6fe7acf4"),
    ),
)
PUBLIC_SETS: Mapping[str, PublicSet] = {found.name: found for found in _LISTED}
"""By name."""
