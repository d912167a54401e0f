"""Names, prefixes and paths."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import ArtifactNotFoundError, TamperedArtifactError
from compiled_ai.execution import load_workflow


def test_a_name_means_the_current_artifact(store: Store, folder: Path) -> None:
    assert store.find("price_band") == folder


@pytest.mark.parametrize("length", [1, 8, 16])
def test_a_digest_prefix_means_one_artifact(length: int, store: Store, folder: Path) -> None:
    assert store.find(f"price_band@{folder.name[:length]}") == folder


def test_a_whole_digest_as_results_show_it_means_its_artifact(store: Store, folder: Path) -> None:
    identity = load_workflow("price_band", store=store).artifact.manifest.artifact
    assert store.find(f"price_band@{identity}") == folder


def test_a_whole_digest_of_another_is_refused(store: Store, folder: Path) -> None:
    with pytest.raises(TamperedArtifactError, match="holds another artifact"):
        store.find(f"price_band@a1:{folder.name}{'0' * 48}")


@pytest.mark.parametrize("as_text", [True, False])
def test_a_folder_means_itself(as_text: bool, store: Store, folder: Path) -> None:
    assert store.find(str(folder) if as_text else folder) == folder


def test_the_folder_of_a_name_means_its_current_artifact(store: Store, folder: Path) -> None:
    assert store.find(folder.parent) == folder


def test_a_folder_below_a_path_with_an_at_sign_is_found(tmp_path: Path, store: Store) -> None:
    shutil.copytree(store.root, tmp_path / "me@home" / "workflows")
    path = tmp_path / "me@home" / "workflows" / "price_band"
    assert Store(tmp_path).find(path).parent == path


def test_an_ambiguous_prefix_is_refused_with_the_choices(store: Store, folder: Path) -> None:
    twin = folder.with_name(folder.name[:15] + ("0" if folder.name[15] != "0" else "1"))
    shutil.copytree(folder, twin)
    with pytest.raises(ArtifactNotFoundError, match=r"fits 2 artifacts: .* Give more digits") as caught:
        store.find(f"price_band@{folder.name[:3]}")
    assert folder.name in str(caught.value)
    assert twin.name in str(caught.value)


@pytest.mark.parametrize("prefix", ["", "zzz", "a1:", "*", "?", "[0-9]", "../x", "f" * 300])
def test_a_prefix_of_nothing_is_refused_with_what_there_is(prefix: str, store: Store, folder: Path) -> None:
    with pytest.raises(ArtifactNotFoundError, match=folder.name):
        store.find(f"price_band@{prefix}")


def test_an_unknown_name_is_refused_with_the_nearest(store: Store) -> None:
    with pytest.raises(
        ArtifactNotFoundError,
        match=r"no artifact 'price_bnad'.*Did you mean 'price_band'\? It holds: price_band\.",
    ):
        store.find("price_bnad")


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(ArtifactNotFoundError, match="run `compiled-ai compile SPEC`"):
        Store(tmp_path / "nothing").find("price_band")


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("", id="nothing"),
        pytest.param("@", id="at"),
        pytest.param("x" * 5_000, id="long"),
        pytest.param('{"sku": "a", "price": 1}', id="the input"),
        pytest.param('{"text": "' + "é" * 400 + '"}', id="a long input"),
        pytest.param("a\0b", id="a zero byte"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("price_band/", id="a slash"),
        pytest.param("*", id="a star"),
        pytest.param("price_band\n", id="a newline"),
    ],
)
def test_what_is_no_name_is_refused_as_one(
    reference: str, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)  # where "" must not mean the folder that we are in
    with pytest.raises(ArtifactNotFoundError, match="no artifact") as caught:
        store.find(reference)
    assert len(str(caught.value)) < 1_000


@pytest.fixture
def inner(store: Store) -> Store:
    """A store below the one that holds the artifact."""
    root = store.root / "inner"
    root.mkdir()
    return Store(root)


@pytest.mark.parametrize(
    "reference", ["../price_band", "../price_band@{digest}", "../../workflows/price_band"]
)
def test_a_name_does_not_lead_out_of_the_store(reference: str, inner: Store, folder: Path) -> None:
    with pytest.raises(ArtifactNotFoundError):
        inner.find(reference.format(digest=folder.name))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        ".",
        "..",
        "../price_band/{digest}",
        "{absolute}",
        "{digest}/../{digest}",
        "0" * 16,
        "\xff\xfe",
    ],
)
def test_a_marker_that_names_no_folder_beside_it_is_refused(content: str, store: Store, folder: Path) -> None:
    marker = folder.parent / "current"
    marker.write_bytes(content.format(digest=folder.name, absolute=folder).encode("latin-1"))
    for reference in ("price_band", folder.parent):
        with pytest.raises(TamperedArtifactError, match="does not name a folder beside it") as caught:
            store.find(reference)
        assert caught.value.path == marker


def test_a_name_without_a_marker_is_unknown(store: Store, folder: Path) -> None:
    (folder.parent / "current").unlink()
    with pytest.raises(ArtifactNotFoundError):
        store.find("price_band")


def test_a_whole_artifact_in_the_place_of_another_is_refused(store: Store, folder: Path) -> None:
    other = "0123456789abcdef"
    folder.rename(folder.with_name(other))
    (folder.parent / "current").write_text(other)
    for reference in ("price_band", f"price_band@{other[:4]}", folder.parent):
        with pytest.raises(TamperedArtifactError, match="holds another artifact"):
            store.find(reference)


def test_an_artifact_of_another_name_is_refused(store: Store, folder: Path) -> None:
    folder.parent.rename(store.root / "other_task")
    with pytest.raises(TamperedArtifactError, match=r"holds another artifact \(price_band"):
        store.find("other_task")


def test_the_artifact_of_a_spec_is_found_by_its_digest(store: Store, folder: Path) -> None:
    spec = load_workflow(folder).artifact.manifest.spec
    found = store.find_spec("price_band", spec)
    assert found is not None
    assert found.path == folder
    assert store.find_spec("price_band", "s1:other") is None
    assert store.find_spec("other", spec) is None


def test_a_damaged_artifact_is_not_found_by_its_spec(store: Store, folder: Path) -> None:
    spec = load_workflow(folder).artifact.manifest.spec
    (folder / "activities.py").write_text("")
    assert store.find_spec("price_band", spec) is None
