"""Known backbones: networks of keras.applications without a scaling of their own, told by the names of their layers.

Their pretrained weights were trained on one scale (the ``mode`` of ``keras.applications.imagenet_utils``), and so were
most networks that were fine-tuned from them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..unrolled_graph import Graph


@dataclass(frozen=True)
class Backbone:
    """A family of networks: names of some of its layers, the size of its first kernel, and its scale."""

    name: str
    layers: frozenset[str]
    kernel: tuple[int, int]
    scale: str


def _family(name: str, layers: str, kernel: tuple[int, int], scale: str) -> Backbone:
    return Backbone(name, frozenset(layers.split()), kernel, scale)


BACKBONES = (
    _family("VGG", "block1_conv1 block1_conv2 block2_conv1 block5_conv3", (3, 3), "imagenet-caffe"),
    _family("ResNet", "conv1_conv conv1_bn conv2_block1_1_conv conv5_block3_3_conv", (7, 7), "imagenet-caffe"),
    _family("ResNetV2", "conv1_conv conv2_block1_preact_bn conv5_block3_3_conv post_bn", (7, 7), "-1-1"),
    _family("DenseNet", "conv1_conv conv1_bn conv2_block1_0_bn conv2_block1_1_conv", (7, 7), "imagenet-torch"),
    _family("MobileNet", "conv1 conv1_bn conv_dw_1 conv_pw_1", (3, 3), "-1-1"),
    _family("MobileNetV2", "Conv1 bn_Conv1 expanded_conv_depthwise expanded_conv_project", (3, 3), "-1-1"),
    _family("Xception", "block1_conv1 block1_conv1_bn block2_sepconv1 block14_sepconv2", (3, 3), "-1-1"),
    _family("InceptionV3", "mixed0 mixed1 mixed10", (3, 3), "-1-1"),
    _family("InceptionResNetV2", "mixed_5b mixed_6a conv_7b", (3, 3), "-1-1"),
    _family("NASNet", "stem_conv1 stem_bn1 reduction_conv_1_stem_1", (3, 3), "-1-1"),
)


def known_backbone(graph: Graph) -> Backbone | None:
    """Return the backbone that a network contains, unchanged in its first layer; None if there is none."""
    kernels = {step.path.rsplit("/", 1)[-1]: getattr(step.operation, "kernel", None) for step in graph.steps}
    for backbone in BACKBONES:
        if backbone.layers <= kernels.keys() and _starts_with(backbone, graph):
            return backbone
    return None


def _starts_with(backbone: Backbone, graph: Graph) -> bool:
    """Return whether the network's first kernel has the backbone's size and three input channels."""
    for step in graph.steps:
        kernel = getattr(step.operation, "kernel", None)
        if kernel is not None:
            return tuple(kernel.shape[:3]) == (*backbone.kernel, 3)
    return False
