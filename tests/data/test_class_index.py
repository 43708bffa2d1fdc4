"""Classes by name: exact names first, then spellings, then beginnings and ends; a tie is told."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.data import Images
from cnnviz.data.class_names import FASHION_MNIST
from cnnviz.data.images import class_index

LANGUAGES = ("C++", "C", "C#", "Java", "JavaScript", "F#", "3")


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_class_is_found_by_its_own_name(name: str) -> None:
    assert class_index(name, LANGUAGES) == LANGUAGES.index(name)


@pytest.mark.parametrize(
    ("name", "found"),
    [("c#", "C#"), ("java", "Java"), ("f", "F#"), ("JAVA script", "JavaScript"), ("script", "JavaScript")],
)
def test_spelling_does_not_matter_where_one_class_is_left(name: str, found: str) -> None:
    assert class_index(name, LANGUAGES) == LANGUAGES.index(found)


def test_a_tie_is_told() -> None:
    with pytest.raises(
        UsageError, match=r"the class 'C-' fits 'C\+\+' \(0\) and 'C' \(1\) and 'C#' \(2\); give the exact"
    ):
        class_index("C-", LANGUAGES)
    with pytest.raises(UsageError, match=r"'s' fits 'Sandal' \(5\) and 'Shirt' \(6\) and 'Sneaker' \(7\)"):
        class_index("s", FASHION_MNIST)
    # What has no letters or digits is no beginning of everything.
    with pytest.raises(UnknownNameError):
        class_index("##", LANGUAGES)


def test_numbers_count_classes_unless_one_is_called_so() -> None:
    assert class_index(2, LANGUAGES) == 2 and class_index("2", LANGUAGES) == 2
    assert class_index("3", LANGUAGES) == 6
    with pytest.raises(UnknownNameError):
        class_index("9", LANGUAGES)


def test_classes_of_a_set_are_told_apart_by_their_exact_names() -> None:
    pixels = np.zeros((3, 8, 8), np.uint8)
    images = Images(pixels, np.array([0, 1, 2]), class_names=("C#", "C", "C++"))
    placed = images.in_terms_of(LANGUAGES)
    assert placed.labels is not None and placed.labels.tolist() == [2, 1, 0] and placed.class_names == LANGUAGES
    # Names that differ only in what spelling ignores are not taken for one another.
    strange = Images(pixels, np.array([0, 1, 2]), class_names=("c-", "c+", "c/"))
    assert strange.in_terms_of(LANGUAGES) is strange


def test_a_label_beyond_all_classes_is_refused_before_it_is_named() -> None:
    with pytest.raises(DataError, match="there is a label 1000000000000; labels are class numbers"):
        Images(np.zeros((2, 8, 8), np.uint8), labels=np.array([0, 10**12]))
