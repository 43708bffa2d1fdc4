"""Class names of published sets, and numbers as names for sets without any."""

from __future__ import annotations

FASHION_MNIST = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

DIGITS = tuple("0123456789")


def used_names(names: tuple[str, ...], highest: int) -> tuple[str, ...]:
    """Return class names without unused numbers at the end: names up to ``highest``, the highest label in use.

    Names are cut only if all are numbers: labels without names are counted as ten classes at least.
    """
    return names[: highest + 1] if names == class_numbers(len(names)) else names


def class_numbers(count: int) -> tuple[str, ...]:
    """Return "0", "1", … as the names of this many classes."""
    return tuple(str(number) for number in range(count))
