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

#: Of these, the ones that select a maximum.
MOVING = COPYING - frozenset("GlobalMaxPooling1D GlobalMaxPooling2D Max MaxPooling1D MaxPooling2D Maximum".split())

DENSE = frozenset("Dense EinsumDense".split())
CONVOLUTIONS = frozenset("Conv1D Conv2D Conv2DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv2D".split())
KERNELS = DENSE | CONVOLUTIONS

#: Steps with a factor and a shift for each value; operations only if one of their inputs is a tensor.
NORMALIZING = frozenset("BatchNormalization Normalization Rescaling".split())
ARITHMETIC = frozenset("Add Divide Multiply Negative Subtract TrueDivide".split())

#: Sums with weights that are never negative and no bias.
AVERAGING = frozenset(
    "AveragePooling1D AveragePooling2D GlobalAveragePooling1D GlobalAveragePooling2D Mean Sum UpSampling2D".split()
)

#: Sums of several tensors.
ADDING = frozenset("Add Average Subtract".split())

#: Elementwise functions, by the lower-case name of the activation or of the operation's class.
ELEMENTWISE = frozenset(
    "celu elu exponential gelu hardshrink hardsigmoid hardsilu hardswish hardtanh leakyrelu linear logsigmoid mish "
    "prelu quickgelu relu relu6 selu sigmoid silu softplus softshrink softsign sparseplus squareplus swish tanh "
    "tanhshrink threshold thresholdedrelu".split()
)

#: Of these, the ones whose values are never negative.
NEVER_NEGATIVE = frozenset("exponential hardsigmoid relu relu6 sigmoid softmax softplus squareplus".split())

#: Functions of gates.
GATES = frozenset("hardsigmoid sigmoid softmax".split())


def function_name(step: Step) -> str:
    """Return the lower-case name of the function that a step applies, or applies to its result; "linear" if none."""
    named = activation_name(step.operation)
    if named is None and step.kind not in KERNELS and step.kind != "Activation":
        named = step.kind
    return (named or "linear").replace("_", "").lower()
