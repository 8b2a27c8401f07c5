"""Settings: precedence, messages that name the setting, and files."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal

import pydantic
import pytest

from motionkit.config import build_config, merge, parse_assignments, read_config_file
from motionkit.interfaces import ComponentConfig, ConfigError

LAUGHS = "a: &a x\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefgh"))
"""Four million values in eight lines."""


class Field(ComponentConfig):
    depth: int = 3
    activation: Literal["tanh", "softplus"] = "tanh"


class Flow:
    class Config(ComponentConfig):
        presets: ClassVar = {"small": {"hidden": 8, "field": {"depth": 1}}}

        hidden: int = pydantic.Field(128, ge=1)
        rate: float = 1e-3
        widths: tuple[int, ...] = (64, 32)
        field: Field = Field()
        knots: int | None = None


class Needy(ComponentConfig):
    path: Path


def build(overrides: Any = None, preset: str | None = None) -> Flow.Config:
    return build_config(Flow.Config, preset=preset, overrides=overrides, where="motion")


def test_overrides_go_over_the_preset_and_that_over_the_defaults() -> None:
    config = build({"field": {"activation": "softplus"}, "rate": 0.1}, preset="small")
    assert config == Flow.Config(hidden=8, rate=0.1, field=Field(depth=1, activation="softplus"))


@pytest.mark.parametrize("preset", [None, "paper", "one that another component has"])
def test_a_preset_that_the_component_lacks_means_its_defaults(preset: str | None) -> None:
    assert build(preset=preset) == Flow.Config()


SETTINGS = "hidden, rate, widths, field, knots"
NOT_AN_INTEGER = "should be a valid integer, unable to parse string as an integer, not"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"hiden": 3}, f"motion.hiden is not a setting of Flow; did you mean motion.hidden? It has: {SETTINGS}"),
        ({"zzz": 3}, f"motion.zzz is not a setting of Flow; It has: {SETTINGS}"),
        (
            {"field": {"dept": 3}},
            "motion.field.dept is not a setting of Flow; did you mean motion.field.depth? It has: depth, activation",
        ),
        ({"hidden": "many"}, f"motion.hidden {NOT_AN_INTEGER} 'many'"),
        ({"hidden": 0}, "motion.hidden should be greater than or equal to 1, not 0"),
        ({"widths": [64, "x"]}, f"motion.widths[1] {NOT_AN_INTEGER} 'x'"),
        ({"field": {"activation": "relu"}}, "motion.field.activation should be 'tanh' or 'softplus', not 'relu'"),
        ({"field": 3}, "motion.field should be a valid dictionary or instance of Field, not 3"),
        ("ode", "motion should hold settings by name, not 'ode'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_right(overrides: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(overrides)
    assert str(caught.value) == message


def test_two_wrong_settings_are_both_named_on_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^motion.hidden should .*; motion.rate should [^\n]*$"):
        build({"hidden": -1, "rate": "fast"})


def test_a_setting_without_default_is_asked_for() -> None:
    with pytest.raises(ConfigError, match=r"^dataset\.path is missing: Needy cannot do without it$"):
        build_config(Needy, where="dataset")


def test_a_validator_of_the_component_speaks_for_itself() -> None:
    class Even(ComponentConfig):
        size: int = 2

        @pydantic.field_validator("size")
        @classmethod
        def even(cls, size: int) -> int:
            if size % 2:
                raise ValueError("the size must be even")
            return size

    with pytest.raises(ConfigError, match=r"^renderer\.size is 3: the size must be even$"):
        build_config(Even, overrides={"size": 3}, where="renderer")


def test_a_config_survives_json() -> None:
    config = build({"widths": [5, 6, 7], "knots": 9}, preset="small")
    text = json.dumps(config.model_dump(mode="json"))
    assert type(config).model_validate(json.loads(text)) == config


def test_merge_leaves_its_arguments_alone() -> None:
    base, over = {"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}
    assert merge(base, over) == {"a": {"b": 3, "c": 2}, "d": [2]}
    assert base == {"a": {"b": 1, "c": 2}, "d": [1]}


def test_assignments_nest_and_their_values_are_yaml() -> None:
    settings = parse_assignments(
        [
            "motion.hidden=256",
            "renderer.widths=[64,32]",
            "motion.field.depth=2",
            "motion.knots=null",
            "data.path=a=b.mp4",
        ]
    )
    assert settings == {
        "motion": {"hidden": 256, "field": {"depth": 2}, "knots": None},
        "renderer": {"widths": [64, 32]},
        "data": {"path": "a=b.mp4"},
    }


def test_numbers_may_have_an_exponent() -> None:
    assert build(parse_assignments(["rate=1e-4"])).rate == 1e-4


def test_the_last_assignment_counts() -> None:
    assert parse_assignments(["a.b=1", "a.b=2"]) == {"a": {"b": 2}}


@pytest.mark.parametrize(
    "text", ["motion.hidden", "=3", "motion.=3", ".hidden=3", "motion..hidden=3", "", "a=[1", "a={b: }}"]
)
def test_a_malformed_assignment_is_refused_on_one_line(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_assignments([text])
    assert f"'{text}'" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "motion:\n  hidden: 256\n"),
        ("a.json", '{"motion": {"hidden": 256}}'),
        ("a.txt", "motion: {hidden: 256}"),
    ],
)
def test_a_config_file_is_yaml_or_json(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_config_file(tmp_path / name) == {"motion": {"hidden": 256}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", b"motion:\n  hidden: 1\n  rate: 3: 4\n", "is not YAML: line 3: mapping values are not allowed"),
        ("a.json", b'{\n"a": 1,\n}', "is not JSON: line [23]"),
        ("a.yaml", b"- 1\n- 2\n", "holds a list, not settings"),
        ("a.yaml", b"", "holds nothing, not settings"),
        ("a.yaml", b"a: \xff\xfe", "is not UTF-8"),
        ("a.yaml", b"a: !!python/object/apply:os.system ['exit 1']\n", "line 1: could not determine a constructor"),
        ("a.yaml", b"a: &a [*a]\n", "aliases stand for too many values, or for themselves"),
        ("a.yaml", LAUGHS.encode(), "aliases stand for too many values"),
        ("a.yaml", b"a: 2026-13-45\n", "a value is not of its type"),
        ("a.yaml", b"[" * 1500, "nested too deeply"),
        ("a.json", b"[" * 100_000, "cannot be read"),
        ("a.json", b'{"a": ' + b"9" * 5000 + b"}", "cannot be read"),
    ],
)
def test_a_config_file_that_is_not_right_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        read_config_file(tmp_path / name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_config_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml cannot be read: No such file"):
        read_config_file(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config_file(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("name", "text"), [("a.yaml", "a: {b: caf\u00e9}"), ("a.json", '{"a": {"b": "caf\u00e9"}}')])
def test_a_byte_order_mark_is_no_part_of_a_config_file(tmp_path, name, text, encoding):
    (tmp_path / name).write_text(text, encoding=encoding)
    assert read_config_file(tmp_path / name) == {"a": {"b": "caf\u00e9"}}
