"""Options shared by commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource

from cnnviz.data.formats.readers import format_words

F = TypeVar("F", bound=Callable[..., Any])

#: Default --n of commands about whole sets.
WHOLE_SET = 1000


def _size(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    height, x, width = value.lower().replace("×", "x").partition("x")
    if not (x and height.isdecimal() and width.isdecimal() and int(height) and int(width)):
        raise click.BadParameter(f"{value!r} is not a size; write 224x224", ctx, parameter)
    return int(height), int(width)


def _fit(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    from cnnviz.data.fit import fit_from

    fit_from(value)
    return value


def _bands(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    from cnnviz.data.bands import bands_from

    return bands_from(value) or None


def _white(ctx: click.Context, parameter: click.Parameter, value: str) -> float | None:
    from cnnviz.data.white import white_from

    return white_from(value)


_ALL: dict[str, Callable[[F], F]] = {
    "model": click.option(
        "--model",
        metavar="MODEL",
        default="fmnist-cnn",
        show_default=True,
        help="A .keras or .h5 file, a run or SavedModel folder, or a bundled name.",
    ),
    "data": click.option(
        "--data",
        metavar="SOURCE",
        default="sample",
        show_default=True,
        help=f"sample, fmnist[:train], mnist[:train], a folder, or a file: {format_words()}.",
    ),
    "layer": click.option(
        "--layer",
        "layers",
        metavar="PATH",
        multiple=True,
        help="A layer, such as conv2; repeatable. [default: all]",
    ),
    "class": click.option("--class", "class_name", metavar="CLASS", help="Only images labeled with this class."),
    "index": click.option(
        "--index", metavar="NUMBERS", multiple=True, help="Images by number: 7, 3,5 or 10-19; repeatable."
    ),
    "wrong": click.option("--wrong", is_flag=True, help="Only misclassified images."),
    "seed": click.option(
        "--seed",
        type=click.IntRange(0),
        metavar="NUMBER",
        help="Choose images at random with this seed.",
    ),
    "scale": click.option(
        "--scale",
        metavar="SCALE",
        default="auto",
        show_default=True,
        help="How pixels become inputs: 0-1, 0-255, -1-1, imagenet-torch, imagenet-caffe or MEAN,STD, each also with "
        ",bgr or ,inverted; or a mean image .npy; raw feeds values as they are stored; auto measures it.",
    ),
    "input-size": click.option(
        "--input-size", metavar="HEIGHTxWIDTH", callback=_size, help="Image size, for models that take any."
    ),
    "output": click.option("--output", metavar="NAME", help="The output to use, for models with several."),
    "head": click.option(
        "--head",
        type=click.Choice(["auto", "softmax", "binary", "multilabel", "regression", "none"]),
        default="auto",
        show_default=True,
        help="What the output is: exclusive classes, two classes by one number, independent labels, numbers, or no row "
        "of scores; auto asks the network and the loss in its file.",
    ),
    "input": click.option(
        "--input",
        "given",
        metavar="NAME=VALUE",
        multiple=True,
        help="An input besides the image: a number or several, a .npy or .npz file of one value for all images or of a "
        "row for each; mean:FILE for the mean row; repeatable.",
    ),
    "architecture": click.option(
        "--architecture",
        metavar="JSON",
        help="The network of a weights-only file: output of model.to_json(), or a bundled name.",
    ),
    "trust-model": click.option(
        "--trust-model", "trust", is_flag=True, help="Let the model file run its own code (Lambda layers)."
    ),
    "custom-objects": click.option(
        "--custom-objects",
        metavar="FILE.py:NAME",
        multiple=True,
        help="Layers of your own that the model file needs: FILE.py:Name[,Name] or package.module:Name; repeatable. "
        "Needs --trust-model.",
    ),
    "invert": click.option(
        "--invert",
        type=click.Choice(["auto", "yes", "no"]),
        default="auto",
        show_default=True,
        help="Invert your own image files.",
    ),
    "fit": click.option(
        "--fit",
        metavar="FIT",
        default="auto",
        show_default=True,
        callback=_fit,
        help="How images of another shape come into the model's, as in Keras: stretch, pad or crop, each also with "
        ",antialias or ,nearest; auto is as in the training, else stretch.",
    ),
    "bands": click.option(
        "--bands",
        metavar="R,G,B",
        callback=_bands,
        help="The channels of multi-band images that are drawn as red, green and blue, counted from 1, such as 4,3,2; "
        "one alone is drawn in gray. [default: 1,2,3, or 1 of two]",
    ),
    "white": click.option(
        "--white",
        metavar="WHITE",
        default="auto",
        show_default=True,
        callback=_white,
        help="What is white in images of more than 8 bits: 10, 12, 14 or 16 for so many bits, or the value itself, as "
        "10000 for reflectances; auto reads it from the values of the whole set.",
    ),
    "out": click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Output path."),
    "batch-size": click.option(
        "--batch-size", type=click.IntRange(1), metavar="COUNT", help="Images per batch. [default: what fits in memory]"
    ),
    "precision": click.option(
        "--precision",
        type=click.Choice(["float32", "bfloat16"]),
        help="bfloat16 is faster on processors that have it; a note says by how much results differ. "
        "[default: float32]",
    ),
    "json": click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text."),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="No progress and no notes."),
    "force": click.option("--force", "-f", is_flag=True, help="Replace an existing file that differs."),
}


def shared(*names: str, count: str = "10") -> Callable[[F], F]:
    """Return a decorator that adds shared options to a command, in this order.

    ``count`` is the command's default of --n.
    """
    n = click.option("--n", type=click.IntRange(1), metavar="COUNT", help=f"Number of images. [default: {count}]")

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = (n if name == "n" else _ALL[name])(function)
        return function

    return decorate


def earlier_option(earlier: str, current: str, name: str, **attributes: Any) -> Callable[[F], F]:
    """Return a decorator that accepts the option ``current`` by its ``earlier`` spelling too, unlisted.

    ``name`` is the parameter of the command that it sets. Giving both is an error.
    """
    held = f"earlier_{name}"

    def decorate(function: F) -> F:
        @wraps(function)
        def merged(**options: Any) -> Any:
            value = options.pop(held)
            if value is not None:
                source = click.get_current_context().get_parameter_source(name)
                if source is ParameterSource.COMMANDLINE:
                    raise click.UsageError(f"{earlier} is the earlier name of {current}; give one of them")
                options[name] = value
            return function(**options)

        return cast(F, click.option(earlier, held, default=None, hidden=True, **attributes)(merged))

    return decorate


def second_model(earlier: str, says: str, metavar: str = "MODEL") -> Callable[[F], F]:
    """Return the option ``--other`` of a command that takes a second model or set, with its earlier name."""

    def decorate(function: F) -> F:
        merged = earlier_option(earlier, "--other", "other")(function)
        return click.option("--other", metavar=metavar, help=says)(merged)

    return decorate


#: The options for opening a model.
OPENING = ("scale", "input-size", "output", "head", "input", "architecture", "trust-model", "custom-objects")


def numbers(given: tuple[str, ...], option: str = "--index") -> list[int]:
    """Return integers from "7", "3,5" and "10-19"; BadParameter for anything else."""
    what = option.removeprefix("--").replace("index", "image")
    found: list[int] = []
    for word in ",".join(given).replace(" ", "").split(","):
        first, dash, last = word.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise click.BadParameter(f"{word!r} is not a valid {what} number; write 7, 3,5 or 10-19", param_hint=option)
        low, high = int(first), int(last) if dash else int(first)
        if high < low or high - low >= 1_000_000:
            raise click.BadParameter(
                f"{word!r} is not a range of {what}s; write the lower number first", param_hint=option
            )
        found.extend(range(low, high + 1))
    return found


def format_option(forms: tuple[str, ...], says: str, otherwise: str = "html") -> Callable[[F], F]:
    """Return the option ``--format`` for these formats, described by ``says``."""
    words = f"{says} [default: by --out, else {otherwise}]"
    return click.option("--format", "form", type=click.Choice(forms), help=words)
