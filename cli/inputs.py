"""Common steps of commands: open model and images, choose the output path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.core import ParameterSource

from cnnviz.core.files import check_writable

from .console import note
from .selection import select_images

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

    #: A model and the images as it takes them.
    Opened: TypeAlias = tuple[Probe, Images]

SUFFIXES = {form: f".{form}" for form in ("html", "png", "npz", "json", "csv", "gif", "mp4")}


def open_inputs(
    image_files: Sequence[str],
    count: Callable[[Probe], int | None] = lambda probe: 10,
    scored: bool = True,
    **options: Any,
) -> Opened:
    """Open the model and the images, fit the images to the model, and select images by the options.

    ``count`` is the default number of images of a data set, None for all. With ``scored`` False no class scores are
    needed, see ``open_model_by_options``.
    """
    from cnnviz.data.open import open_images
    from cnnviz.features.precision import in_precision

    narrowing: dict[str, Any] = {key: options.get(key) for key in ("index", "class_name", "wrong", "n", "seed")}
    chosen = [value for value in narrowing.values() if value is not None and value not in ((), False)]
    named = click.get_current_context().get_parameter_source("data") == ParameterSource.COMMANDLINE
    if image_files and (chosen or named):
        raise click.UsageError("give image files, or choose from --data with --index, --class, --n, --wrong; not both")
    probe = open_model_by_options(options["model"], scored, **options)
    source = list(image_files) if image_files else options["data"]
    images = open_images(source, like=probe.spec, **_reading(options))
    probe, images = probe.align(images)
    if not image_files:
        images = select_images(probe, images, **narrowing, default=count(probe))
    return in_precision(probe, images, options.get("precision"))


def open_second_model(first: Opened, other: str, **options: Any) -> tuple[Opened, Opened]:
    """Open a second model and the images of the first one for it, and name the two apart.

    The images are read from their source again, so that they are not fitted twice.
    """
    from cnnviz.data.open import open_images
    from cnnviz.reports.share_names import share_names

    probe = open_model_by_options(other, **options)
    whole = open_images(options["data"], like=probe.spec, **_reading(options))
    chosen = first[1].indices
    assert chosen is not None
    return share_names(first, probe.align(whole.numbered(chosen)))


def _reading(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("invert", "bands", "white")}


def open_model_by_options(model: str, scored: bool = True, /, **options: Any) -> Probe:
    """Open a model by the options of OPENING.

    With ``scored`` False it is for what needs no class scores: of several outputs none has to be chosen.
    """
    from cnnviz.models.open import open_for_layers, open_model

    from .custom_objects import custom_objects
    from .given_inputs import given_inputs

    opened = open_model if scored else open_for_layers
    probe = opened(
        model,
        custom_objects=custom_objects(options["custom_objects"], options["trust"]),
        scale=options["scale"],
        input_size=options["input_size"],
        output=options["output"],
        head=options["head"],
        inputs=given_inputs(options["given"]),
        architecture=options["architecture"],
        trust=options["trust"],
    )
    return probe.with_fit(options.get("fit")).with_invert(options.get("invert", "auto"))


def note_choices(probe: Probe, images: Images, quiet: bool, side: str = "") -> None:
    """Print notes on changes to the images, and on the pixel scale if it is only assumed."""
    from cnnviz.features.prepare_inputs import input_notes

    for line in input_notes(probe.card, images, side):
        note(line, quiet)


def output_path(
    what: str, layers: Sequence[str], form: str | None, out: Path | None, offered: Sequence[str] = tuple(SUFFIXES)
) -> tuple[str, Path]:
    """Return format and path, each derived from the other if missing, by default an HTML page here.

    ``offered`` are the formats of the command. OutputError if nothing can be written there.
    """
    if out is not None:
        _check(out)
    if form is None:
        by_suffix = {SUFFIXES[name]: name for name in offered}
        if out is not None and out.suffix.lower() not in by_suffix:
            raise click.UsageError(
                f"--out {out} has no known ending; end it in {', '.join(by_suffix)}"
                f"{' or give --format' if len(offered) > 1 else ''}"
            )
        form = "html" if out is None else by_suffix[out.suffix.lower()]
    elif out is not None and out.suffix.lower() in set(SUFFIXES.values()) - {SUFFIXES[form]}:
        raise click.UsageError(f"--out {out} and --format {form} contradict each other; give one of them")
    if form == "mp4" and find_spec("av") is None:
        from cnnviz.gallery.films.mp4 import NO_ENCODER

        raise click.UsageError(NO_ENCODER)
    if out is None:
        name = "-".join([what, *(layer.replace("/", ".") for layer in list(dict.fromkeys(layers))[:3])])
        out = Path(name + SUFFIXES[form])
    check_writable(out)
    return form, out


def _check(out: Path) -> None:
    if str(out) == "-":
        raise click.UsageError("--out - is not a file; cnnviz writes files and prints their paths")
    try:
        if out.is_dir():
            raise click.UsageError(f"--out {out} is a folder; name a file in it")
    except OSError as error:
        raise click.UsageError(f"--out {str(out)[:60]}…: {(error.strerror or str(error)).lower()}") from error
