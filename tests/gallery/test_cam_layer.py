"""The layer that Grad-CAM looks at unless told otherwise: the page and Python choose the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import cnnviz
from cnnviz.attribution.cams.class_activation_map import last_map
from tests.helpers.zoo import make

MODULE = Path(__file__).resolve().parents[2] / "gallery" / "page" / "js" / "heat" / "grad-cam.js"
CHOOSE = """
const {{ lastMap }} = await import({module});
const nets = {nets};
console.log(JSON.stringify(nets.map((cards) => lastMap(cards, (card) => card.shape))));
"""
NETS = ("sequential", "residual", "nested", "colour", "shared")


def test_page_and_python_agree_on_every_net(node_path):
    probes = [cnnviz.open_model("fmnist-cnn"), *(cnnviz.wrap(make(name)) for name in NETS)]
    cards = [
        [{"path": info.path, "kind": info.kind, "shape": list(info.shape)} for info in probe.layers if info.spatial]
        for probe in probes
    ]
    code = CHOOSE.format(module=json.dumps(MODULE.as_uri()), nets=json.dumps(cards))
    done = subprocess.run(
        [str(node_path), "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [last_map(probe, "Grad-CAM") for probe in probes]
    # Not all end in a convolution: an activation of its own comes after it.
    assert "relu2" in json.loads(done.stdout)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (["Conv2D", "MaxPooling2D", "Dropout"], 0),
        (["Conv2D", "BatchNormalization", "Activation", "AveragePooling2D"], 2),
        (["Rescaling", "Conv2D", "Add"], 2),
        (["Rescaling", "MaxPooling2D"], None),
        (["SeparableConv2D", "SpatialDropout2D"], 0),
        (["DepthwiseConv2D", "ReLU"], 1),
    ],
)
def test_pooling_and_dropout_are_passed_over(node_path, kinds, wanted):
    cards = [{"path": str(i), "kind": kind, "shape": [4, 4, 2]} for i, kind in enumerate(kinds)]
    code = CHOOSE.format(module=json.dumps(MODULE.as_uri()), nets=json.dumps([cards]))
    done = subprocess.run(
        [str(node_path), "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [None if wanted is None else str(wanted)]
