"""Names that a person mistyped or spelled otherwise."""

from __future__ import annotations

import pytest

from cnnviz.core.names import similar_names

KNOWN = ("T-shirt/top", "Trouser", "Shirt", "Sneaker", "Ankle boot")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("T-shirt", "trouser", "Shirt"), "'T-shirt' (nearest: 'T-shirt/top')"),
        (("Sneakers", "hat"), "'Sneakers' (nearest: 'Sneaker'), 'hat'"),
        (("a", "b", "c", "d", "e"), "'a', 'b', 'c' and 2 more"),
        # What stands for itself is not what another name is meant for.
        (("Shirts", "Shirt"), "'Shirts'"),
        (("Shirts",), "'Shirts' (nearest: 'Shirt')"),
        (("ankle_boot", "SHIRT"), ""),
        ((), ""),
    ],
)
def test_strangers_are_named_with_what_they_are_close_to(names, said) -> None:
    assert similar_names(names, KNOWN) == said
