"""Search over templates: ranking, reasons, "nothing fits", and the index on disk."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.templates.search import (
    MEANING_THRESHOLD,
    WORDS_THRESHOLD,
    Hit,
    TemplateIndex,
    TextKind,
)


@dataclass(frozen=True)
class Entry:
    name: str
    purpose: str
    description: str = ""
    use_when: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


ENTRIES = (
    Entry("classifier", "choose one label for a text", "Scores cue phrases.", tags=("classify", "sentiment")),
    Entry("deduplicator", "drop repeated records from a list", tags=("duplicates", "unique")),
    Entry(
        "unit_converter", "convert a quantity into one unit", "Factors are exact.", ("lengths arrive mixed",)
    ),
    Entry("redactor", "mask personal data in a text", tags=("privacy", "redact")),
    Entry("wine_cellar", "suggest when a bottle is ready", "Vintage and grape decide."),
)


@pytest.fixture(scope="module")
def index() -> TemplateIndex:
    return TemplateIndex(ENTRIES)


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.name for hit in hits]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("classifier", "classifier"),
        ("UNIT-CONVERTER", "unit_converter"),
        ("unitConverter", "unit_converter"),
        ("deduplicating", "deduplicator"),
        ("convert kilometres into miles", "unit_converter"),
        ("convert kilometers into miles", "unit_converter"),
        ("tell angry from happy mails", "classifier"),
        ("the same customer stands there twice", "deduplicator"),
        ("black out names", "redactor"),
        ("anonymisation", "redactor"),
        ("anonymization", "redactor"),
        ("clasifier", "classifier"),
        ("vintgae bottles", "wine_cellar"),
        ("Redact persönal dáta", "redactor"),
    ],
)
def test_the_best_hit(index: TemplateIndex, query: str, name: str) -> None:
    assert names(index.search(query))[:1] == [name]


@pytest.mark.parametrize(
    "query",
    ["", "   ", "!?", "the of and", "sing a lullaby", "12345", "\ud800", "日本語", "\u0131", "x" * 100_000],
    ids=["empty", "blank", "marks", "stop words", "else", "digits", "surrogate", "script", "dotless", "huge"],
)
def test_nothing_fits(index: TemplateIndex, query: str) -> None:
    assert index.search(query) == ()


def test_a_threshold_of_zero_gives_what_matches_at_all(index: TemplateIndex) -> None:
    weak = index.search("list", threshold=0)
    assert names(weak) == ["deduplicator"]
    assert 0 < weak[0].score < WORDS_THRESHOLD
    assert index.search("list") == ()


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (-3, 0), (1, 1), (2, 2), (99, 2)])
def test_no_more_than_asked_for(index: TemplateIndex, limit: int, count: int) -> None:
    assert len(index.search("text", limit=limit, threshold=0)) == count


def test_an_index_of_nothing_finds_nothing() -> None:
    assert TemplateIndex([]).search("classify") == ()
    assert len(TemplateIndex([])) == 0


def test_equals_come_in_the_order_of_the_templates() -> None:
    twins = [Entry("b_one", "count pears"), Entry("a_two", "count pears")]
    assert names(TemplateIndex(twins).search("pears", threshold=0)) == ["b_one", "a_two"]


def test_a_word_said_twice_counts_once(index: TemplateIndex) -> None:
    assert index.search("redact redact redact") == index.search("redact")


def test_words_about_other_things_lower_the_score(index: TemplateIndex) -> None:
    (alone,), (among_others,) = (
        index.search("redact", threshold=0),
        index.search("redact zebra xylophone", threshold=0),
    )
    assert alone.score > among_others.score


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("redact", "'redact' in name"),
        ("anonymise", "'anonymise' means redact in name"),
        ("clasifier", "'clasifier' read as 'classifier' in name"),
        ("vintage", "'vintage' in description"),
        ("arrive", "'arrive' in use when"),
        ("personal", "'personal' in purpose"),
    ],
)
def test_a_hit_says_why(index: TemplateIndex, query: str, reason: str) -> None:
    assert index.search(query, threshold=0)[0].explanation == reason


def test_the_parts_of_what_matched_are_one(index: TemplateIndex) -> None:
    (hit, *_) = index.search("mask personal data for privacy")
    assert sum(match.share for match in hit.matches) == pytest.approx(1, abs=0.01)
    assert [match.share for match in hit.matches] == sorted(
        (match.share for match in hit.matches), reverse=True
    )


@given(st.text(max_size=60))
def test_any_query_gives_scores_between_0_and_1_in_order(query: str) -> None:
    hits = TemplateIndex(ENTRIES).search(query, threshold=0)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


# With meanings.


class Meanings:
    """Knows that wine and drinks are near, and nothing else."""

    name = "test:meanings"

    def __init__(self) -> None:
        self.asked: list[tuple[str, TextKind]] = []

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> list[list[float]]:
        self.asked += [(text, kind) for text in texts]
        near = ("bottle", "drink")
        return [[2.0, 0.0] if any(word in text for word in near) else [0.0, 0.5] for text in texts]


def test_meaning_finds_what_no_word_does() -> None:
    assert TemplateIndex(ENTRIES).search("drink") == ()
    (hit,) = TemplateIndex(ENTRIES, embedder=Meanings()).search("drink")
    assert (hit.name, hit.by_words, hit.by_meaning, hit.matches) == ("wine_cellar", 0.0, 1.0, ())
    assert hit.explanation == "meaning 1.00"


def test_words_and_meaning_are_weighed_together() -> None:
    (first, second, *_) = TemplateIndex(ENTRIES, embedder=Meanings()).search("drink and redact", threshold=0)
    assert {first.name, second.name} == {"wine_cellar", "redactor"}
    assert first.explanation.endswith("meaning 1.00")


def test_documents_and_queries_are_told_apart() -> None:
    embedder = Meanings()
    TemplateIndex(ENTRIES[:1], embedder=embedder).search("drink")
    assert [kind for _, kind in embedder.asked] == ["document", "query"]


def test_a_query_without_a_word_asks_no_embedder() -> None:
    embedder = Meanings()
    index = TemplateIndex(ENTRIES, embedder=embedder)
    embedder.asked.clear()
    assert (index.search("..."), embedder.asked) == ((), [])


def test_each_kind_of_score_has_its_threshold() -> None:
    assert TemplateIndex(ENTRIES).threshold == WORDS_THRESHOLD
    assert TemplateIndex(ENTRIES, embedder=Meanings()).threshold == MEANING_THRESHOLD


class Broken:
    name = "test:broken"

    def __init__(self, vectors: list[list[float]]) -> None:
        self.vectors = vectors

    def embed(self, texts: Sequence[str], *, kind: TextKind) -> list[list[float]]:
        return self.vectors


@pytest.mark.parametrize(
    "vectors",
    [[], [[1.0]], [[1.0], [1.0, 2.0]], [[], []]],
    ids=["none", "too few", "of two lengths", "of no length"],
)
def test_unusable_vectors_are_refused(vectors: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="test:broken gave"):
        TemplateIndex(ENTRIES[:2], embedder=Broken(vectors))


# On disk.


def test_a_kept_index_answers_alike(tmp_path: Path) -> None:
    fresh, kept = (TemplateIndex(ENTRIES, cache_dir=tmp_path, embedder=Meanings()) for _ in range(2))
    assert (fresh.from_cache, kept.from_cache) == (False, True)
    for query in ("anonymise personal data", "drink", "clasifier"):
        assert kept.search(query) == fresh.search(query) != ()


def test_a_kept_index_embeds_no_document_again(tmp_path: Path) -> None:
    TemplateIndex(ENTRIES, cache_dir=tmp_path, embedder=Meanings())
    embedder = Meanings()
    TemplateIndex(ENTRIES, cache_dir=tmp_path, embedder=embedder)
    assert embedder.asked == []


@pytest.mark.parametrize(
    "changed",
    [
        ENTRIES[:-1],
        (*ENTRIES[:-1], Entry("wine_cellar", "suggest a bottle")),
        (ENTRIES[1], ENTRIES[0], *ENTRIES[2:]),
    ],
    ids=["one less", "another purpose", "another order"],
)
def test_other_templates_have_another_index(tmp_path: Path, changed: tuple[Entry, ...]) -> None:
    digest = TemplateIndex(ENTRIES, cache_dir=tmp_path).digest
    other = TemplateIndex(changed, cache_dir=tmp_path)
    assert other.digest != digest
    assert not other.from_cache


def test_another_embedder_has_another_index() -> None:
    assert TemplateIndex(ENTRIES).digest != TemplateIndex(ENTRIES, embedder=Meanings()).digest


DAMAGES = {
    "empty": lambda text: "",
    "cut": lambda text: text[: len(text) // 2],
    "one number changed": lambda text: text.replace('"size":5', '"size":6'),
    "no head": lambda text: text.partition("\n")[2],
    "not JSON": lambda text: "x" + text,
    "other JSON": lambda text: "[]",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_built_again(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    TemplateIndex(ENTRIES, cache_dir=tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_text()
    file.write_text(damage(whole))
    assert not TemplateIndex(ENTRIES, cache_dir=tmp_path).from_cache
    assert file.read_text() == whole


def test_a_file_with_a_right_checksum_and_a_wrong_content_is_built_again(tmp_path: Path) -> None:
    import hashlib

    index = TemplateIndex(ENTRIES, cache_dir=tmp_path)
    (file,) = tmp_path.iterdir()
    for document in (
        {},
        {"size": "5"},
        {"size": 5, "words": [], "postings": [], "vectors": "", "dimensions": 0},
    ):
        body = json.dumps(document)
        file.write_text(f"{index.digest} {hashlib.sha256(body.encode()).hexdigest()}\n{body}")
        assert not TemplateIndex(ENTRIES, cache_dir=tmp_path).from_cache


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    index = TemplateIndex(ENTRIES, cache_dir=tmp_path / "file")
    assert names(index.search("redact")) == ["redactor"]


def test_only_the_newest_indexes_are_kept(tmp_path: Path) -> None:
    for number in range(12):
        TemplateIndex([Entry(f"t{number}", "count")], cache_dir=tmp_path)
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(file, (age, age))
    assert len(list(tmp_path.iterdir())) == 8


def test_many_writers_leave_one_whole_index(tmp_path: Path) -> None:
    threads = [threading.Thread(target=lambda: TemplateIndex(ENTRIES, cache_dir=tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(tmp_path.iterdir())) == 1
    assert TemplateIndex(ENTRIES, cache_dir=tmp_path).from_cache
