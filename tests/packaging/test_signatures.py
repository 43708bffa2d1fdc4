"""Public functions say the same thing in one way: the model, the images, and a type for every parameter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

import cnnviz
from cnnviz.attribution.all_methods import METHODS
from cnnviz.attribution.method_parameters import MethodParameters
from cnnviz.maximization.settings import MaximizationSettings, SettingOverrides
from cnnviz.training.recipe import RecipeOverrides, TrainingRecipe

#: Any, alone or beside None.
BARE = re.compile(r"(Optional\[)?(typing\.)?Any\]?( \| None)?")

FUNCTIONS = [name for name in cnnviz.__all__ if inspect.isfunction(getattr(cnnviz, name))]
RESULTS = [
    name
    for name in cnnviz.__all__
    if inspect.isclass(kind := getattr(cnnviz, name)) and not issubclass(kind, Exception)
]
#: Functions that take a model. profile_images is of images, whose labels a model may judge.
OF_A_MODEL = [
    name for name in FUNCTIONS if "model" in inspect.signature(getattr(cnnviz, name)).parameters and name != "wrap"
]


def callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function, and every public method that cnnviz defines of a public class."""
    for name in FUNCTIONS:
        yield name, getattr(cnnviz, name)
    for name in [*RESULTS, "callbacks.Snapshots"]:
        kind = cnnviz.callbacks.Snapshots if name == "callbacks.Snapshots" else getattr(cnnviz, name)
        for method, value in inspect.getmembers(kind, callable):
            ours = (getattr(value, "__module__", None) or "").startswith("cnnviz")
            if ours and (not method.startswith("_") or (method == "__init__" and "Snapshots" in name)):
                yield f"{name}.{method}", value


def test_every_public_parameter_has_a_type() -> None:
    untyped = []
    for name, function in callables():
        for one in inspect.signature(function).parameters.values():
            kind = "Any" if one.annotation is one.empty else str(one.annotation)
            if BARE.fullmatch(kind) and one.name not in ("self", "cls"):
                untyped.append(f"{name}({one.name})")
    assert not untyped


@pytest.mark.parametrize("name", [name for name in OF_A_MODEL if name != "profile_images"])
def test_the_model_comes_first_and_then_the_images(name: str) -> None:
    parameters = list(inspect.signature(getattr(cnnviz, name)).parameters.values())
    kinds = {one.name: one.annotation for one in parameters}
    assert (parameters[0].name, kinds["model"]) == ("model", "ModelLike")
    if name == "maximize":
        # Of a layer; images are compared with, if any.
        assert kinds["images"] == "ImagesLike | None"
        return
    assert (parameters[1].name, kinds["images"]) == ("images", "ImagesLike")
    assert kinds.get("other", "ModelLike").removesuffix(" | None") == "ModelLike"
    assert kinds.get("batch_size", "int | None") in ("int | None", "int")


def test_the_functions_of_a_model_are_all_found() -> None:
    missed = {"augment", "open_images", "open_model", "open_snapshots", "run_arena", "synth_digits", "train", "wrap"}
    assert set(FUNCTIONS) - set(OF_A_MODEL) == missed


@pytest.mark.parametrize(
    ("overrides", "settings"), [(SettingOverrides, MaximizationSettings), (RecipeOverrides, TrainingRecipe)]
)
def test_overrides_are_the_fields_of_the_settings(overrides: type, settings: type) -> None:
    wide, narrow = get_type_hints(overrides), get_type_hints(settings)
    assert list(wide) == [field.name for field in fields(settings)]
    for name, kind in narrow.items():
        if get_origin(kind) is not tuple:
            assert kind == wide[name] or kind in get_args(wide[name]), name


def test_overrides_of_attribute_are_the_parameters_of_all_methods() -> None:
    held: dict[str, set[Any]] = {}
    for method in map(METHODS.__getitem__, METHODS):
        hints = get_type_hints(method)
        for field in fields(method):
            held.setdefault(field.name, set()).add(hints[field.name])
    # A parameter of its own of ``attribute``.
    held.pop("layer")
    wide = get_type_hints(MethodParameters)
    assert list(wide) == sorted(held)
    assert {name: Union[tuple(kinds)] for name, kinds in held.items()} == wide  # noqa: UP007
