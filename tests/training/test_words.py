"""Networks in words: what each word builds, and the one line that names a wrong one."""

from __future__ import annotations

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.core.errors import UsageError
from cnnviz.training.architectures import fmnist_cnn
from cnnviz.training.layer_text import build_from_words, read_layers

SHAPE = (28, 28, 1)


def test_the_line_of_the_lab():
    model = build_from_words(
        "conv 32 3x3, bn, relu, pool 2, dropout 0.25, flatten, dense 128, dense 10", SHAPE, classes=10
    )
    assert [type(layer).__name__ for layer in model.layers] == [
        "Conv2D",
        "BatchNormalization",
        "Activation",
        "MaxPooling2D",
        "Dropout",
        "Flatten",
        "Dense",
        "Dense",
    ]
    by_hand = (9 * 32 + 32) + 4 * 32 + (13 * 13 * 32 * 128 + 128) + (128 * 10 + 10)
    assert model.count_params() == by_hand
    assert model.get_layer("dropout").rate == 0.25
    assert model.get_layer("predictions").activation is keras.activations.softmax
    assert model.get_layer("dense1").activation is keras.activations.linear


def test_options_come_in_any_order():
    one = build_from_words("conv 8 5x3 stride 2 same tanh, globalpool, dense 4", SHAPE, 4).layers[0]
    other = build_from_words("conv tanh same stride 2 5×3 8, gap, fc 4", SHAPE, 4).layers[0]
    for layer in (one, other):
        assert (layer.filters, layer.kernel_size, layer.strides, layer.padding) == (8, (5, 3), (2, 2), "same")
        assert layer.activation is keras.activations.tanh


@pytest.mark.parametrize(
    ("spelled", "short"),
    [
        ("batch norm", "bn"),
        ("Batch-Normalisation", "bn"),
        ("max pool 3 stride 2", "pool 3 stride 2"),
        ("max_pool 3x2", "pool 3x2"),
        ("average pool 2", "avgpool 2"),
        ("global average pool", "globalpool"),
        ("conv2d 4 relu", "conv 4 relu"),
    ],
)
def test_kinds_may_be_spelled_out(spelled, short):
    (one,), (other,) = read_layers(spelled), read_layers(short)
    assert (one.kind, one.numbers, one.size, one.stride) == (other.kind, other.numbers, other.size, other.stride)
    with pytest.raises(UsageError, match="batch form"):
        read_layers("batch form")


@pytest.mark.parametrize(
    ("word", "kind", "shape"),
    [
        ("pool 2", "MaxPooling2D", (14, 14, 1)),
        ("pool 3 stride 2", "MaxPooling2D", (13, 13, 1)),
        ("avgpool 2x4", "AveragePooling2D", (14, 7, 1)),
        ("depthwise 3x3 same", "DepthwiseConv2D", (28, 28, 1)),
        ("separable 6 3x3", "SeparableConv2D", (26, 26, 6)),
        ("leaky", "Activation", (28, 28, 1)),
    ],
)
def test_each_word(word, kind, shape):
    model = build_from_words(f"{word}, flatten, dense 2", SHAPE, 2)
    assert type(model.layers[0]).__name__ == kind
    assert tuple(model.layers[0].output.shape[1:]) == shape


def test_a_softmax_of_its_own_is_not_doubled():
    model = build_from_words("flatten, dense 3, softmax", SHAPE, 3)
    assert model.layers[-2].activation is keras.activations.linear
    assert model.layers[-1].activation is keras.activations.softmax


def test_the_bundled_network_in_words():
    model = fmnist_cnn()
    assert model.count_params() == 185_866
    names = ["conv1", "pool1", "conv2", "pool2", "conv3", "dropout", "flatten", "dense1", "predictions"]
    assert [layer.name for layer in model.layers] == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there are no layers"),
        ("konv 32 3x3, flatten, dense 10", "there is no layer 'konv'.*layer 1, 'konv 32 3x3'"),
        ("conv 32 3y3, flatten, dense 10", "layer 1, 'conv 32 3y3': unknown word '3y3'"),
        ("conv 8 strides 2, flatten, dense 10", "unknown word 'strides'; is it 'stride'"),
        ("conv 8 reul, flatten, dense 10", "unknown word 'reul'; is it 'relu'"),
        ("conv 8 pool 2, flatten, dense 10", "unknown word 'pool'; 'pool' is a separate layer, so put a comma"),
        ("dropout 25%, flatten, dense 10", "layer 1, 'dropout 25%': unknown word '25%'$"),
        ("conv 32, pool 40, flatten, dense 10", "layer 2, 'pool 40': its 40×40 window does not fit .* 26×26"),
        ("conv 32, dense 10", "layer 2, 'dense 10': .*put 'flatten'"),
        ("flatten, conv 3, dense 10", "layer 2, 'conv 3': .*flattened before"),
        ("flatten, dense 12", "the last layer has 12 units, but there are 10 classes"),
        ("flatten, dense 10 relu", "leave its activation out"),
        ("flatten, relu", "a classifier ends in a dense layer"),
        ("dropout 1.5, flatten, dense 10", "dropout is a share"),
        ("conv 2.5, flatten, dense 10", "2.5 is not a whole number"),
        ("conv 8 stride, flatten, dense 10", "stride needs a whole number"),
        ("conv 8 relu tanh, flatten, dense 10", "'tanh' gives the activation a second time"),
        ("conv, flatten, dense 10", "conv takes one number, such as 'conv 32 3x3'"),
        ("bn 3, flatten, dense 10", "bn takes no number"),
        ("flatten 3x3, dense 10", "'3x3' is not an option of a flatten layer"),
        ("conv 0 3x3, flatten, dense 10", "0 is not a whole number"),
        ("conv 8 0x3, flatten, dense 10", "'0x3' is not a size"),
        ("flatten, dense 999999, dense 10", "too many"),
        ("conv 8 99999x99999 same, flatten, dense 10", "layer 1, .*: it would have 79,998,400,008 weights"),
        ("conv 99999 1x1, flatten, dense 99, dense 10", "layer 3, 'dense 99': it would have 7,761,522,384 weights"),
    ],
)
def test_what_is_wrong_is_named(text, said):
    with pytest.raises(UsageError, match=said) as raised:
        build_from_words(text, SHAPE, 10)
    assert "\n" not in str(raised.value)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="conv dense flatten pool relu 0123456789x.,×", max_size=60))
def test_any_text_is_read_or_refused_in_a_line(text):
    try:
        layers = read_layers(text)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert layers
