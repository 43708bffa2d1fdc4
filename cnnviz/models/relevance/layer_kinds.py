"""Kinds of steps for relevance propagation, by class name."""

from __future__ import annotations

from ..head import activation_name
from ..inactive_layers import UNCHANGING
from ..unrolled_graph import Step

#: Steps whose outputs are copies of inputs, or the winner among them: their plain gradient is the relevance. Where
#: several inputs of a global maximum tie, they share it.
COPYING = UNCHANGING | frozenset(
    "Cast Concatenate Copy Cropping1D Cropping2D Flip GetItem GlobalMaxPooling1D GlobalMaxPooling2D Max MaxPooling1D "
    "MaxPooling2D Maximum Moveaxis Pad Permute RepeatVector Split Stack Swapaxes Transpose ZeroPadding1D "
    "ZeroPadding2D".split()
)

#: Of these, the ones that only move values about.
MOVING = COPYING - frozenset("GlobalMaxPooling1D GlobalMaxPooling2D Max MaxPooling1D MaxPooling2D Maximum".split())

DENSE = frozenset("Dense EinsumDense".split())
CONVOLUTIONS = frozenset("Conv1D Conv2D Conv2DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv2D".split())
KERNELS = DENSE | CONVOLUTIONS

#: A factor and a shift for each value. The operations are meant where only one of their inputs is a tensor.
NORMALISING = frozenset("BatchNormalization Normalization Rescaling".split())
ARITHMETIC = frozenset("Add Divide Multiply Negative Subtract TrueDivide".split())

#: Sums with weights that are never negative and no bias.
AVERAGING = frozenset(
    "AveragePooling1D AveragePooling2D GlobalAveragePooling1D GlobalAveragePooling2D Mean Sum UpSampling2D".split()
)

#: Sums of several tensors.
ADDING = frozenset("Add Average Subtract".split())

#: Functions of each value by itself, by the name that an activation or an operation's class has in lower case.
ELEMENTWISE = frozenset(
    "celu elu exponential gelu hardshrink hardsigmoid hardsilu hardswish hardtanh leakyrelu linear logsigmoid mish "
    "prelu quickgelu relu relu6 selu sigmoid silu softplus softshrink softsign sparseplus squareplus swish tanh "
    "tanhshrink threshold thresholdedrelu".split()
)

#: Of these, the ones whose values are never negative.
NEVER_NEGATIVE = frozenset("exponential hardsigmoid relu relu6 sigmoid softmax softplus squareplus".split())

#: What opens and closes a gate.
GATES = frozenset("hardsigmoid sigmoid softmax".split())


def function_name(step: Step) -> str:
    """Name of the function that a step applies, or applies to its result, in lower case; "linear" if there is none."""
    named = activation_name(step.operation)
    if named is None and step.kind not in KERNELS and step.kind != "Activation":
        named = step.kind
    return (named or "linear").replace("_", "").lower()
