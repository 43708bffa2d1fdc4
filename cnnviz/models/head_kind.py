"""What the numbers of a model's output mean: class scores, measurements, or features.

What the network itself says comes first (a softmax, a sigmoid), then the loss that it was compiled with, then names
given to its classes. Otherwise the last step decides; where it leaves class scores or measurements open, they are an
assumption, and so are features that only their number tells from classes. That pooled or normalized values are no class
scores needs no such mark: whatever needs them is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.core.errors import UsageError

from .compiled_loss import BINARY, DISTANCES, EXCLUSIVE, NUMBERS, Loss

#: The kinds of head: exclusive classes, two classes of one unit, independent labels, numbers, no row of scores.
KINDS = ("softmax", "binary", "multilabel", "regression", "none")
#: Activations and layers that normalize or rectify features, by class name, lower case without underscores.
NORMALIZING = frozenset("unitnormalization layernormalization batchnormalization groupnormalization normalize".split())
RECTIFYING = frozenset(
    "celu elu gelu hardtanh leakyrelu mish prelu relu relu6 selu silu softplus softsign swish tanh".split()
)
#: The least width of a row that is rather an embedding if it is a power of two: 64, 128, 256, …
_EMBEDDING = 64


@dataclass(frozen=True)
class HeadRequest:
    """What is known of a head besides the network: ``kind`` of KINDS or "auto", the compiled loss, class names given.

    ``names`` is their number, 0 for none.
    """

    kind: str = "auto"
    loss: Loss | None = None
    names: int = 0


@dataclass(frozen=True)
class Ending:
    """The end of a network, as far as it decides.

    ``shape`` is the output's, ``units`` its length if it is a row, else None. ``squash`` is the softmax or sigmoid that
    it ends in, ``last`` the activation or class name of the last step, in lower case without underscores. ``pooled``
    is whether the row is made of maps without scores of their own, by pooling or flattening them, ``weighted`` whether
    the last step has weights, and ``image`` the number of values in the model's input.
    """

    shape: tuple[int | None, ...]
    units: int | None
    squash: str | None
    last: str
    pooled: bool
    weighted: bool
    image: int


@dataclass(frozen=True)
class Decision:
    """A kind of head with its reason; ``settled`` False marks an assumption, whose reason names the option."""

    kind: str
    reason: str = ""
    settled: bool = True


def decide(end: Ending, asked: HeadRequest) -> Decision:
    """Return the kind of head; UsageError for a request that the output cannot fulfil."""
    if asked.kind != "auto":
        return _as_asked(end, asked.kind)
    if end.units is None:
        return Decision("none", f"the output is {by(end.shape)}")
    loss = asked.loss
    if end.squash == "softmax":
        return Decision("softmax")
    if loss is not None:
        known = _by_loss(end, end.units, loss)
        if known is not None:
            return known
    if end.squash == "sigmoid":
        # Names do not tell whether several can hold at once.
        return _sigmoids(end, end.units)
    if asked.names > 1 and asked.names == (2 if end.units == 1 else end.units):
        return Decision("binary" if end.units == 1 else "softmax", "class names were given")
    if end.units == 1:
        return Decision(
            "regression",
            'one number without a sigmoid is taken as a measurement; set --head binary, in Python head="binary", '
            "if it is the logit of two classes",
            False,
        )
    return _row(end, end.units)


def _as_asked(end: Ending, kind: str) -> Decision:
    if kind not in KINDS:
        raise UsageError(f"there is no head {kind!r}; choose from: auto, {', '.join(KINDS)}")
    reason = f"--head {kind}"
    if kind == "none":
        return Decision(kind, reason)
    if end.units is None:
        raise UsageError(
            f"--head {kind} needs a row of numbers, but the output is {by(end.shape)}; choose --head none, and explain "
            "a channel or a region of it"
        )
    if kind == "binary" and end.units != 1:
        raise UsageError(f"--head binary needs an output of one number, but it has {end.units}; choose --head softmax")
    if kind in ("softmax", "multilabel") and end.units == 1 and end.squash != "softmax":
        raise UsageError(f"--head {kind} needs two outputs or more, but there is one; choose --head binary")
    if kind in ("binary", "multilabel", "regression") and end.squash == "softmax":
        raise UsageError(f"--head {kind} contradicts the softmax that the model ends in; leave it out")
    return Decision(kind, reason)


def _by_loss(end: Ending, units: int, loss: Loss) -> Decision | None:
    reason = f"compiled with {loss.name}"
    if loss.trains(DISTANCES):
        return Decision("none", reason)
    if loss.trains(EXCLUSIVE) and units > 1:
        return Decision("softmax", reason)
    if _is_an_image(end) and loss.trains(BINARY | NUMBERS):
        return Decision("none", f"the output has the {units:,} values of the image, and was {reason}")
    if loss.trains(BINARY):
        return Decision("binary" if units == 1 else "multilabel", reason)
    # One sigmoid trained on 0 and 1 by a squared error is a classifier of the older kind.
    if loss.trains(NUMBERS) and end.squash is None:
        return Decision("regression", reason)
    return None


def _sigmoids(end: Ending, units: int) -> Decision:
    if units == 1:
        return Decision("binary")
    if _is_an_image(end):
        return Decision("none", f"the output has the {units:,} values of the image")
    return Decision(
        "softmax",
        f"{units} sigmoids are taken as exclusive classes; set --head multilabel if an image can have several labels, "
        "or --head regression, in Python head=",
        False,
    )


def _row(end: Ending, units: int) -> Decision:
    """Return the decision on two linear outputs or more of an unknown loss."""
    if end.last == "logsoftmax":
        return Decision("softmax")
    if _is_an_image(end):
        return Decision("none", f"the output has the {units:,} values of the image")
    what, softmax = "", '--head softmax, in Python head="softmax",'
    features = f"are taken as features; set {softmax} if they are class scores"
    if end.last in NORMALIZING:
        what = f"{units} normalized values {features}"
    elif end.pooled or len(end.shape) > 2:
        what = f"{units} values of maps {features}"
    elif units >= _EMBEDDING and units & (units - 1) == 0:
        # Nothing but this number says that they are not the logits of as many classes.
        return Decision("none", f"{units} values, a width of embeddings, {features}", False)
    if what:
        return Decision("none", what)
    kind = "rectified " if end.last in RECTIFYING else "linear " if end.weighted else ""
    return Decision(
        "softmax",
        f"{units} {kind}outputs are taken as class scores; set --head regression or none, in Python head=, "
        "if they are not",
        False,
    )


def _is_an_image(end: Ending) -> bool:
    """Whether the output is as long as the input, as of an autoencoder; tiny images have as many values as classes."""
    return end.units == end.image >= _EMBEDDING


def by(shape: Sequence[int | None]) -> str:
    """Return an output's shape in words."""
    extents = "×".join("?" if extent is None else str(extent) for extent in shape)
    if len(shape) == 3:
        return f"a map of {extents}"
    return f"an array of {extents}" if len(shape) > 1 else f"a row of {extents}"
