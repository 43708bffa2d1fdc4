"""Whether a source shuffles its images or changes them at random, as sources for training do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: What ImageDataGenerator draws at random where it is not this value.
_RANGES = {
    "rotation_range": 0,
    "width_shift_range": 0,
    "height_shift_range": 0,
    "shear_range": 0,
    "zoom_range": [1, 1],
    "channel_shift_range": 0,
    "brightness_range": None,
    "horizontal_flip": False,
    "vertical_flip": False,
}
#: Transforms of torchvision that are random without saying so in their names.
_RANDOM = ("ColorJitter", "AutoAugment", "TrivialAugmentWide", "AugMix", "ElasticTransform")


def notes_on_draw(shuffled: bool, changes: list[str]) -> tuple[str, ...]:
    """Return the note on a source that is shuffled, or that changes images at random, as the ``changes`` say."""
    if not shuffled and not changes:
        return ()
    changed = f"randomly changed by {', '.join(dict.fromkeys(changes))}"
    how = ", ".join([*(["shuffled"] if shuffled else []), *([changed] if changes else [])])
    if not changes:
        return (f"a random draw ({how}): the order is not that of the source",)
    lost = "neither order nor pixels are" if shuffled else "pixels are not"
    return (f"a random draw ({how}): {lost} those of the source",)


def keras_draw(source: Any) -> tuple[str, ...]:
    """Return the note on a PyDataset or what ImageDataGenerator makes."""
    generator = getattr(source, "image_data_generator", None)
    changes = [name for name, none in _RANGES.items() if _differs(getattr(generator, name, none), none)]
    return notes_on_draw(getattr(source, "shuffle", False) is True, changes)


def tensorflow_draw(source: Any) -> tuple[str, ...]:
    """Return the note on a ``tf.data.Dataset``, by its own steps and the operations that these map."""
    try:
        steps = list(_steps(source))
        shuffled = any("Shuffle" in type(step).__name__ for step in steps)
        random = any("Random" in kind for step in steps for kind in _operations(step))
    except Exception:  # what is asked is not public, and a note is no reason to fail
        return ()
    return notes_on_draw(shuffled, ["map"] if random else [])


def torch_draw(source: Any) -> tuple[str, ...]:
    """Return the note on a DataLoader or a Dataset of PyTorch."""
    samplers = [getattr(source, "sampler", None), getattr(getattr(source, "batch_sampler", None), "sampler", None)]
    shuffled = any("Random" in type(sampler).__name__ for sampler in samplers)
    changes = []
    for _ in range(8):
        chosen = getattr(source, "transform", None) or getattr(source, "transforms", None)
        kinds = [type(one).__name__ for one in getattr(chosen, "transforms", None) or [chosen]]
        changes += [kind for kind in kinds if kind.startswith("Random") or kind in _RANDOM]
        source = getattr(source, "dataset", None)
    return notes_on_draw(shuffled, changes)


def _differs(value: Any, none: Any) -> bool:
    return bool(value) if not none else list(value) != none


def _steps(source: Any) -> Iterator[Any]:
    held = [source]
    while held:
        step = held.pop()
        yield step
        held += step._inputs()


def _operations(step: Any) -> Iterator[str]:
    """Yield the kinds of operations in the function that a step maps."""
    function = getattr(step, "_map_func", None)
    if function is not None:
        graph = function.function.graph
        for one in (
            graph,
            *(held.graph for held in getattr(graph, "_functions", {}).values() if hasattr(held, "graph")),
        ):
            yield from (operation.type for operation in one.get_operations())
