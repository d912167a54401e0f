"""The DocILE dataset on disk: folders ``annotations`` and ``ocr`` with a JSON file for each document, and an index for each split.

https://docile.rossum.ai. The data may not be passed on: whoever wants it asks there for a token. The form read here is that of the
library docile-benchmark 0.3.5. PDFs are not needed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict, TypeAdapter

from compiled_ai.bench.docile.document import Box, Document, Field, Word
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest

ACCESS = "https://docile.rossum.ai/"
"""Where a token can be asked for."""
PATH_VARIABLE = "COMPILED_AI_DOCILE"
"""Environment variable with the path of the data."""
SPLIT_SIZES = {"train": 5180, "val": 500}
"""Documents in the annotated splits of the release that we know, https://arxiv.org/abs/2302.05658. Annotations of ``test`` are not public."""
_DOCID = re.compile(r"[\w.-]{1,200}")


def read_documents(
    path: Path, split: str, *, limit: int | None = None, seed: int | None = None
) -> tuple[Document, ...]:
    """The first `limit` documents of `split` (all when None) from `path`, the unzipped dataset or its zip file.

    With a `seed`, the order is one that it decides, else that of the index.

    Raises:
        MissingToolError: the data is not there, or is not in the form that we know; says what to do.
    """
    return _opened(path, lambda file: _read(file, split, limit, seed))


_File = Callable[[str], bytes]
_Result = TypeVar("_Result")


def _opened(path: Path, use: Callable[[_File], _Result]) -> _Result:
    if not path.exists():
        raise MissingToolError(f"there is no DocILE data at {path}. {how_to_get()}")
    try:
        if path.is_dir():
            return use(lambda name: (path / name).read_bytes())
        with zipfile.ZipFile(path) as archive:
            return use(archive.read)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise MissingToolError(
            f"the DocILE data at {path} cannot be read: {error}. {how_to_get()}"
        ) from error


def split_size(path: Path, split: str) -> int:
    """How many documents the index of `split` lists.

    Raises:
        MissingToolError: the data is not there, or is not in the form that we know; says what to do.
    """
    return _opened(path, lambda file: len(_index(file, split)))


def how_to_get() -> str:
    """What to do when the data is not there, in words."""
    return (
        f"Ask for a token at {ACCESS}, fetch 'annotated-trainval' with the script download_dataset.sh of https://github.com/rossumai/docile "
        f"and name the folder or zip file with the option path or the environment variable {PATH_VARIABLE}. "
        "Without a token, source=synthetic generates documents in the same format"
    )


class _Extraction(BaseModel):
    model_config = ConfigDict(extra="ignore")

    bbox: tuple[float, float, float, float]
    page: int
    fieldtype: str
    text: str | None = None
    line_item_id: int | None = None


class _Annotation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    field_extractions: list[_Extraction]
    line_item_extractions: list[_Extraction]
    metadata: dict[str, pydantic.JsonValue]


_Corners = tuple[tuple[float, float], tuple[float, float]]


class _OcrWord(BaseModel):
    value: str
    geometry: _Corners
    snapped_geometry: _Corners | None = None


class _OcrLine(BaseModel):
    words: list[_OcrWord]


class _OcrBlock(BaseModel):
    lines: list[_OcrLine]


class _OcrPage(BaseModel):
    blocks: list[_OcrBlock]


class _Ocr(BaseModel):
    pages: list[_OcrPage]


def _index(file: _File, split: str) -> list[str]:
    docids = TypeAdapter(list[str]).validate_json(file(f"{split}.json"))
    if not all(map(_DOCID.fullmatch, docids)):
        raise ValueError(f"{split}.json holds something else than document ids")
    return docids


def _read(file: _File, split: str, limit: int | None, seed: int | None) -> tuple[Document, ...]:
    docids = _index(file, split)
    if seed is not None:
        docids.sort(key=lambda docid: digest("docile-order1", [seed, docid]))
    return tuple(
        _document(docid, file(f"annotations/{docid}.json"), file(f"ocr/{docid}.json"))
        for docid in docids[:limit]
    )


def _document(docid: str, annotation: bytes, ocr: bytes) -> Document:
    marked = _Annotation.model_validate_json(annotation)
    read = _Ocr.model_validate_json(ocr)
    pages = marked.metadata.get("page_count")
    return Document(
        docid=docid,
        pages=pages if isinstance(pages, int) else len(read.pages),
        words=tuple(_words(read)),
        fields=tuple(map(_field, marked.field_extractions)),
        line_items=tuple(map(_field, marked.line_item_extractions)),
        metadata=marked.metadata,
    )


def _field(item: _Extraction) -> Field:
    left, top, right, bottom = item.bbox
    return Field(
        fieldtype=item.fieldtype,
        text=item.text or "",
        page=item.page,
        box=Box(left=left, top=top, right=right, bottom=bottom),
        line_item_id=item.line_item_id,
    )


def _words(ocr: _Ocr) -> Iterable[Word]:
    line = 0
    for number, page in enumerate(ocr.pages):
        for block in page.blocks:
            for row in block.lines:
                for word in row.words:
                    (left, top), (right, bottom) = word.snapped_geometry or word.geometry
                    box = Box(left=left, top=top, right=right, bottom=bottom)
                    yield Word(text=word.value, page=number, box=box, line=line)
                line += 1


def write_documents(documents: Iterable[Document], folder: Path, split: str) -> None:
    """Write `documents` into `folder` as DocILE has them on disk, without PDFs.

    Raises:
        OSError: it cannot be written.
    """
    docids: list[JsonValue] = []
    for document in documents:
        docids.append(document.docid)
        for kind, content in (("annotations", annotation_json(document)), ("ocr", ocr_json(document))):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            _write(folder / kind / f"{document.docid}.json", content)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{split}.json", docids)


def _write(path: Path, content: JsonValue) -> None:
    path.write_text(canonical_json(content), encoding="utf-8", newline="\n")


def annotation_json(document: Document) -> JsonObject:
    """The annotation of `document` as in the dataset's file."""
    return {
        "field_extractions": [field_json(field) for field in document.fields],
        "line_item_extractions": [field_json(field) for field in document.line_items],
        "line_item_headers": [],
        "metadata": {"page_to_table_grid": {}, **document.metadata, "page_count": document.pages},
    }


def field_json(field: Field) -> JsonObject:
    """A field as in annotations and predictions."""
    row: JsonObject = {
        "bbox": [*field.box.as_list()],
        "page": field.page,
        "fieldtype": field.fieldtype,
        "text": field.text,
    }
    return row if field.line_item_id is None else {**row, "line_item_id": field.line_item_id}


def ocr_json(document: Document) -> JsonObject:
    """The OCR of `document` as in the dataset's file, a block for each page. The boxes are also given as snapped, so that no PDF is asked for."""
    pages: list[JsonValue] = []
    for page in range(document.pages):
        lines: dict[int, list[JsonValue]] = {}
        for word in document.words:
            if word.page == page:
                lines.setdefault(word.line, []).append(_word_json(word))
        rows: list[JsonValue] = [{"words": words} for words in lines.values()]
        pages.append({"page_idx": page, "blocks": [{"lines": rows}]})
    return {"pages": pages}


def _word_json(word: Word) -> JsonObject:
    box = word.box
    corners: list[JsonValue] = [[box.left, box.top], [box.right, box.bottom]]
    return {"value": word.text, "confidence": 1.0, "geometry": corners, "snapped_geometry": corners}
