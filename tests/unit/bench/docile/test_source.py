"""The dataset on disk, in DocILE's form."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from compiled_ai.bench.docile.document import Box
from compiled_ai.bench.docile.generator import generate
from compiled_ai.bench.docile.source import ACCESS, PATH_VARIABLE, read_documents, split_size, write_documents
from compiled_ai.errors import MissingToolError

ANNOTATION = {
    "field_extractions": [
        {"bbox": [0.1, 0.1, 0.2, 0.12], "page": 0, "fieldtype": "document_id", "text": "77", "extra": 1}
    ],
    "line_item_extractions": [
        {"bbox": [0.1, 0.3, 0.2, 0.32], "page": 0, "fieldtype": "line_item_code", "line_item_id": 3}
    ],
    "line_item_headers": [],
    "metadata": {"page_count": 1, "currency": "usd", "page_to_table_grid": {}},
}
OCR = {
    "pages": [
        {
            "page_idx": 0,
            "dimensions": [2200, 1700],
            "blocks": [
                {"lines": [{"words": [{"value": "No", "confidence": 0.9, "geometry": [[0.01, 0.1], [0.09, 0.12]]}]}]},
                {
                    "lines": [
                        {
                            "words": [
                                {"value": "77", "geometry": [[0.09, 0.09], [0.21, 0.13]], "snapped_geometry": [[0.1, 0.1], [0.2, 0.12]]}
                            ]
                        }
                    ]
                },
            ],
        }
    ]
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, content in (("annotations", ANNOTATION), ("ocr", OCR)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "d1.json").write_text(json.dumps(content))
    (tmp_path / "val.json").write_text('["d1"]')
    return tmp_path


def test_a_document_in_docile_s_form_is_read(folder: Path) -> None:
    (document,) = read_documents(folder, "val")
    assert (document.docid, document.pages, document.metadata["currency"]) == ("d1", 1, "usd")
    assert [(word.text, word.line) for word in document.words] == [("No", 0), ("77", 1)]
    assert document.words[0].box == Box(left=0.01, top=0.1, right=0.09, bottom=0.12)
    assert document.words[1].box == Box(left=0.1, top=0.1, right=0.2, bottom=0.12)
    assert [(field.fieldtype, field.text) for field in document.fields] == [("document_id", "77")]
    assert [(field.line_item_id, field.text) for field in document.line_items] == [(3, "")]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    documents = generate(5, noise="heavy", seed=2)
    write_documents(documents, tmp_path, "val")
    again = read_documents(tmp_path, "val")
    assert [(item.fields, item.line_items, item.metadata) for item in again] == [
        (item.fields, item.line_items, {"page_to_table_grid": {}, **item.metadata}) for item in documents
    ]
    assert [[(word.text, word.page, word.box) for word in item.words] for item in again] == [
        [(word.text, word.page, word.box) for word in item.words] for item in documents
    ]


def test_a_zip_file_is_read_as_a_folder(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "docile.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("val.json", "annotations/d1.json", "ocr/d1.json"):
            archive.write(folder / name, name)
    assert read_documents(target, "val") == read_documents(folder, "val")


def test_a_seed_decides_which_documents_come(tmp_path: Path) -> None:
    write_documents(generate(12, noise="none"), tmp_path, "train")
    chosen = [
        [item.docid for item in read_documents(tmp_path, "train", limit=4, seed=seed)] for seed in (1, 1, 2)
    ]
    assert chosen[0] == chosen[1] != chosen[2]
    assert split_size(tmp_path, "train") == 12


def test_missing_data_says_where_to_ask_and_what_else_there_is(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError) as caught:
        read_documents(tmp_path / "nothing", "val")
    assert all(part in str(caught.value) for part in (ACCESS, PATH_VARIABLE, "source=synthetic", "nothing"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("val.json", "{}", id="index is no list"),
        pytest.param("val.json", '["../../etc/passwd"]', id="index leads elsewhere"),
        pytest.param("val.json", '["d2"]', id="document is missing"),
        pytest.param("annotations/d1.json", '{"fields": []}', id="annotation in another form"),
        pytest.param("ocr/d1.json", "no JSON", id="OCR is no JSON"),
    ],
)
def test_data_in_another_form_is_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(MissingToolError, match="cannot be read"):
        read_documents(folder, "val")


def test_a_broken_zip_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(MissingToolError, match="cannot be read"):
        read_documents(tmp_path / "x.zip", "val")
