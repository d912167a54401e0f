"""Users' templates in a folder: read, checked, rendered; never executed; every mistake with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.cli._templates import check_source
from compiled_ai.errors import InputError, SpecError, StoreError
from compiled_ai.subset import load_activities
from compiled_ai.templates.registry import Template
from compiled_ai.templates.user_templates import load_templates

DESCRIPTION = """\
name: price_tag
version: 1.0.0
purpose: write a price tag
description: Writes amount and currency as the shop does.
tags: [price, shop]
input: {amount: decimal}
output: {tag: string}
parameters:
  currency: {type: string, default: EUR}
  least: {type: string, format: decimal, default: "0"}
  forms: {type: array, items: {type: string}, default: []}
functions: [numbers.format_decimal]
trials:
  - input: {amount: "3"}
    output: {tag: "3.00 EUR"}
  - input: {amount: "-1"}
    abstain: true
"""
SKELETON = '''\
from decimal import Decimal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal

CURRENCY = "XXX"
_LEAST: Decimal = Decimal(
    0
)
_FORMS: tuple[str, ...] = ()


def price_tag(data: PriceTagInput) -> PriceTagOutput:
    """The tag."""
    if Decimal(data["amount"]) < _LEAST or data["amount"] in _FORMS:
        abstain("too small")
    return {"tag": f"{format_decimal(Decimal(data['amount']), 2)} {CURRENCY}"}
'''


def load(
    folder: Path, description: str = DESCRIPTION, skeleton: str | None = SKELETON, name: str = "price_tag"
) -> Template:
    home = folder / name
    home.mkdir(exist_ok=True)
    (home / "template.yaml").write_text(description, encoding="utf-8")
    if skeleton is not None:
        (home / "activities.py").write_text(skeleton, encoding="utf-8")
    (template,) = load_templates(folder, check=check_source)
    return template


class TestGood:
    """A template that keeps all rules."""

    def test_it_is_loaded_with_all_that_it_says(self, tmp_path: Path) -> None:
        template = load(tmp_path)
        assert (template.origin, template.kind, template.tags) == ("user", "activity", ("price", "shop"))
        assert template.path == tmp_path / "price_tag" / "template.yaml"
        assert [trial.output for trial in template.trials] == [{"tag": "3.00 EUR"}, None]

    def test_constants_are_exchanged_for_parameters(self, tmp_path: Path) -> None:
        rendering = load(tmp_path).render({"currency": "U'S\n$", "least": "2.50", "forms": ["7"]})
        run = load_activities(rendering.source(), "activities.py", ["price_tag"])["price_tag"]
        assert run({"amount": "3"}) == {"tag": "3.00 U'S\n$"}
        assert "_LEAST: Decimal = Decimal('2.50')" in rendering.text
        assert "_FORMS: tuple[str, ...] = ('7', )" in rendering.text

    def test_without_a_skeleton_the_coder_writes_it_whole(self, tmp_path: Path) -> None:
        rendering = load(tmp_path, skeleton=None).render({})
        assert not rendering.is_complete
        assert 'abstain("it is not written yet")' in rendering.text
        assert check_source(rendering.source()) == []

    def test_the_file_of_a_skeleton_is_never_run(self, tmp_path: Path) -> None:
        trap = tmp_path / "run"
        with pytest.raises(SpecError):
            load(tmp_path, skeleton=f"open({str(trap)!r}, 'w')\n{SKELETON}")
        assert not trap.exists()

    def test_other_files_and_folders_are_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("x")
        (tmp_path / "empty").mkdir()
        assert load(tmp_path).name == "price_tag"

    def test_a_wrong_parameter_is_told(self, tmp_path: Path) -> None:
        template = load(tmp_path)
        with pytest.raises(
            InputError, match="unknown field 'curency'; known fields are currency, least, forms"
        ):
            template.render({"curency": "EUR"})
        with pytest.raises(InputError, match="is not a decimal"):
            template.render({"least": "two"})


BAD_DESCRIPTIONS = [
    ("not YAML", "name: [", ":1:"),
    ("a key too many", DESCRIPTION + "nmae: x\n", ":18:1: unknown field 'nmae'"),
    ("a key missing", DESCRIPTION.replace("purpose: write a price tag\n", ""), ":1:1: the field 'purpose' is missing"),
    ("another name", DESCRIPTION.replace("price_tag", "tag"), ":1:7: name: 'tag' stands in the folder 'price_tag'"),
    ("a wrong version", DESCRIPTION.replace("1.0.0", "one"), ":2:10: version: "),
    ("an unknown type", DESCRIPTION.replace("amount: decimal", "amount: money"), ":6:17: input.amount: type 'money' is unknown"),
    ("an unknown function", DESCRIPTION.replace("numbers.format_decimal", "numbers.no_such"), ":12:13: 'numbers.no_such' is no function"),
    ("an unknown module", DESCRIPTION.replace("numbers.format_decimal", "nosuch.thing"), ":12:13: 'nosuch.thing' is no function"),
    ("a parameter without a constant", DESCRIPTION.replace("currency:", "money:"), "has no constant in activities.py; write MONEY or _MONEY"),
    ("a default that breaks its schema", DESCRIPTION.replace("default: EUR", "default: 3"), ":9:37: the default of 'currency' breaks its own schema"),
    ("a parameter of an unknown type", DESCRIPTION.replace("type: string, default: EUR", "type: text"), ":9:"),
    ("no example for what has no default", DESCRIPTION.replace(", default: EUR", ""), "example: template 'price_tag': the field 'currency' is missing"),
    ("a trial without an answer", DESCRIPTION.replace("    abstain: true\n", ""), "a trial has an 'output', or 'abstain: true'"),
    ("a trial of another shape", DESCRIPTION.replace('{amount: "-1"}', "{amount: 1}"), "trials[1].input: "),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"), [row[1:] for row in BAD_DESCRIPTIONS], ids=[row[0] for row in BAD_DESCRIPTIONS]
)
def test_a_wrong_description_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert str(tmp_path / "price_tag" / "template.yaml") in str(caught.value)


BAD_SKELETONS = [
    ("not Python", SKELETON.replace("def price_tag(", "def price_tag(("), "activities.py:13:"),
    ("another function", SKELETON.replace("def price_tag", "def tag"), "it holds no function 'price_tag'"),
    (
        "an import",
        SKELETON.replace('    """The tag."""', '    """The tag."""\n    import os'),
        "activities.py:15:1: ",
    ),
    (
        "a call outside of the subset",
        SKELETON.replace("    return {", "    print(1)\n    return {"),
        "activities.py:17:1: ",
    ),
]


@pytest.mark.parametrize(
    ("text", "message"), [row[1:] for row in BAD_SKELETONS], ids=[row[0] for row in BAD_SKELETONS]
)
def test_a_wrong_skeleton_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, skeleton=text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('CURRENCY = "XXX"', 'CURRENCY = "XXX"; OTHER = 1'),
        ('CURRENCY = "XXX"', 'CURRENCY = "XXX"\n_CURRENCY = "YYY"'),
    ],
    ids=["beside another statement", "bound twice"],
)
def test_a_constant_that_cannot_be_exchanged_alone_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(SpecError, match="CURRENCY there, once and on lines of its own"):
        load(tmp_path, skeleton=SKELETON.replace(old, new))


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["Windows", "old Mac"])
def test_line_ends_of_other_systems_make_no_difference(tmp_path: Path, ending: str) -> None:
    plain = load(tmp_path).render({}).text
    home = tmp_path / "price_tag"
    (home / "activities.py").write_bytes(SKELETON.replace("\n", ending).encode())
    (template,) = load_templates(tmp_path, check=check_source)
    assert template.render({}).text == plain


def test_a_whole_number_may_be_written_with_a_point(tmp_path: Path) -> None:
    assert load(tmp_path, DESCRIPTION + "examples_needed: 4.0\n").examples_needed == 4


@pytest.mark.parametrize("name", ["class", "print", "abstain"])
def test_a_name_that_a_function_cannot_bear_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match=f":1:7: name: '{name}' hides a name of Python"):
        load(tmp_path, DESCRIPTION.replace("price_tag", name), skeleton=None, name=name)


@pytest.mark.parametrize("file", ["activities.py", "template.yaml"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    folder, outside = tmp_path / "templates", tmp_path / "outside"
    folder.mkdir()
    load(folder)
    (folder / "price_tag" / file).rename(outside)
    (folder / "price_tag" / file).symlink_to(outside)
    with pytest.raises(SpecError, match=f"{file}:1:1: it is a link that leads out of"):
        load_templates(folder, check=check_source)


def test_a_skeleton_that_is_a_link_to_nothing_is_no_missing_skeleton(tmp_path: Path) -> None:
    home = tmp_path / "price_tag"
    load(tmp_path)
    (home / "activities.py").unlink()
    (home / "activities.py").symlink_to(home / "gone.py")
    with pytest.raises(StoreError, match=r"activities\.py does not exist"):
        load_templates(tmp_path, check=check_source)


@pytest.mark.parametrize("file", ["template.yml", "activities.py"])
def test_a_template_without_a_description_is_not_passed_over(tmp_path: Path, file: str) -> None:
    (tmp_path / "tag").mkdir()
    (tmp_path / "tag" / file).write_text(DESCRIPTION)
    with pytest.raises(StoreError, match=r"template\.yaml does not exist"):
        load_templates(tmp_path, check=check_source)


def test_the_folder_of_one_template_is_no_folder_of_templates(tmp_path: Path) -> None:
    load(tmp_path)
    with pytest.raises(StoreError, match="is a template itself; give the folder that it lies in"):
        load_templates(tmp_path / "price_tag", check=check_source)


def test_a_folder_whose_name_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load_templates(tmp_path / ("x" * 300), check=check_source)


def test_the_problems_of_all_templates_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        load(tmp_path, "name: [")
    with pytest.raises(SpecError) as caught:
        load(tmp_path, "name: ]", name="other")
    assert len(caught.value.problems) == 2


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is no folder of templates"):
        load_templates(tmp_path / "none", check=check_source)
