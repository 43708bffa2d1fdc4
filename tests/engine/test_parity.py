"""What the page's engine is held to: trained networks answer as in Keras, layer by layer, on 2,000 real pictures.

What was measured is kept in test-artifacts/parity.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.data.images import Images
from cnnviz.export.export_network import export
from cnnviz.models.bundled import bundled_models
from tests.helpers.node_runner import Parity, parity
from tests.helpers.sweeps import slow, sweep

from .trained import BUILDERS, trained

pytestmark = [pytest.mark.needs("node"), pytest.mark.usefixtures("fashion_mnist_folder")]

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
LAYER, TOP_CLASS = 1e-3, 0.999


@pytest.fixture(scope="module")
def pictures(fashion_mnist_folder: Path) -> Images:
    return cnnviz.open_images("fmnist")[:2000]


@pytest.fixture(scope="module")
def lessons(fashion_mnist_folder: Path) -> Images:
    """What the small networks learn from."""
    return cnnviz.open_images("fmnist:train")[:6000]


@pytest.fixture(scope="module")
def keep() -> Iterator[Callable[[str, Parity, float], None]]:
    """Take down what was measured; all of it is written at the end."""
    lines: list[str] = []

    def take(name: str, found: Parity, accuracy: float) -> None:
        worst = max(found.errors, key=lambda path: found.errors[path])
        lines.append(
            f"{name}: top class {found.agreement:.2%} of {len(found.tops)}, accuracy {accuracy:.1%}, "
            f"worst layer {worst} {found.errors[worst]:.1e}"
        )
        lines.extend(f"    {path} {error:.1e}" for path, error in found.errors.items())

    yield take
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "parity.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [*sweep(bundled_models(), "fmnist-cnn"), *slow(*BUILDERS)],
)
def test_every_layer_and_the_top_class_are_keras_own(name: str, pictures: Images, lessons: Images, keep) -> None:
    probe = trained(name, lessons) if name in BUILDERS else cnnviz.open_model(name)
    exported = export(probe)
    assert isinstance(exported, Exported), exported
    found = parity(probe, exported, pictures)
    accuracy = float((found.tops[:, 1] == pictures.labels).mean())
    keep(name, found, accuracy)
    assert len(found.tops) == len(pictures) and set(found.errors) == {layer.path for layer in probe.layers}
    assert accuracy > 0.7, "it has not learned, so its top classes prove little"
    assert {path: error for path, error in found.errors.items() if not error <= LAYER} == {}
    assert found.agreement >= TOP_CLASS


def test_the_comparison_sees_a_difference(pictures: Images) -> None:
    """One class is pushed to the front by its bias."""
    probe = cnnviz.open_model("fmnist-cnn")
    exported = export(probe)
    assert isinstance(exported, Exported)
    bias = exported.manifest["nodes"][exported.manifest["logits"] - 1]["weights"]["bias"]
    weights = np.frombuffer(exported.weights, np.uint8).copy()
    weights[bias["at"] : bias["at"] + 4] = np.frombuffer(np.float32(1e3).tobytes(), np.uint8)
    found = parity(probe, Exported(exported.manifest, weights.tobytes()), pictures[:50])
    assert found.errors["predictions"] > 0.9 and found.errors["dense1"] < LAYER
    assert (found.tops[:, 0] == 0).all() and found.agreement < 0.5
