"""The parser of layer text: a kind, then numbers, sizes, named options and an activation in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from cnnviz.core.errors import UnknownNameError, UsageError

#: Activations by word, with Keras's names.
ACTIVATIONS = {
    "relu": "relu",
    "leaky": "leaky_relu",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "silu": "silu",
    "swish": "silu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softmax": "softmax",
    "linear": "linear",
}
PADDINGS = ("same", "valid")
#: The arguments of each kind: the number of plain numbers (least, most), and the options.
KINDS: dict[str, tuple[int, int, frozenset[str]]] = {
    "conv": (1, 1, frozenset({"size", "stride", "padding", "activation"})),
    "separable": (1, 1, frozenset({"size", "stride", "padding", "activation"})),
    "depthwise": (0, 0, frozenset({"size", "stride", "padding", "activation"})),
    "bn": (0, 0, frozenset()),
    "pool": (0, 1, frozenset({"size", "stride", "padding"})),
    "avgpool": (0, 1, frozenset({"size", "stride", "padding"})),
    "globalpool": (0, 0, frozenset()),
    "dropout": (1, 1, frozenset()),
    "flatten": (0, 0, frozenset()),
    "dense": (1, 1, frozenset({"activation"})),
    **{word: (0, 0, frozenset()) for word in ACTIVATIONS},
}
#: Other words for the same kinds; "batch norm" and "batch-norm" are read as "batchnorm".
SAME = {
    "conv2d": "conv",
    "batchnorm": "bn",
    "batchnormalization": "bn",
    "maxpool": "pool",
    "averagepool": "avgpool",
    "batchnormalisation": "bn",
    "globalaveragepool": "globalpool",
    "gap": "globalpool",
    "fc": "dense",
}


@dataclass(frozen=True)
class LayerWords:
    """One parsed layer, with ``text`` and ``place`` (from 1) for messages."""

    text: str
    place: int
    kind: str
    numbers: tuple[float, ...] = ()
    size: tuple[int, int] | None = None
    stride: int | None = None
    padding: str | None = None
    activation: str | None = None

    def wrong(self, why: str) -> UsageError:
        """Return an error about this layer."""
        return UsageError(f"layer {self.place}, {self.text!r}: {why}")


def read_layers(text: str) -> list[LayerWords]:
    """Return the layers of comma-separated text; UsageError names the invalid word and layer."""
    parts = [" ".join(part.split()) for part in re.split(r"[,\n;]", text)]
    parts = [part for part in parts if part]
    if not parts:
        raise UsageError('there are no layers; write some, such as "conv 32 3x3, relu, pool 2, flatten, dense 10"')
    return [_read_one(part, place) for place, part in enumerate(parts, start=1)]


def _read_one(text: str, place: int) -> LayerWords:
    kind, words = _kind(text.lower().replace("×", "x").split())
    if kind not in KINDS:
        raise UnknownNameError("layer", kind, list(KINDS), (f"it is layer {place}, {text!r}",))
    least, most, options = KINDS[kind]
    layer = LayerWords(text, place, kind)
    held: dict[str, object] = {}
    numbers: list[float] = []
    waiting = iter(words)
    for word in waiting:
        option, value = _option(layer, word, waiting)
        if option == "number":
            numbers.append(float(word))
        elif option not in options:
            raise layer.wrong(f"{word!r} is not an option of a {kind} layer")
        elif option in held:
            raise layer.wrong(f"{word!r} gives the {option} a second time")
        else:
            held[option] = value
    if not least <= len(numbers) <= most:
        wanted = "no number" if not most else "one number" if least else "at most one number"
        raise layer.wrong(f"{kind} takes {wanted}, such as {EXAMPLES[kind]!r}")
    return LayerWords(text, place, kind, tuple(numbers), **held)  # type: ignore[arg-type]


def _kind(words: list[str]) -> tuple[str, list[str]]:
    """Return the kind of a layer (its first word if unknown), and the words after it."""
    for count in (3, 2, 1):
        together = re.sub("[-_]", "", "".join(words[:count]))
        if (kind := SAME.get(together, together)) in KINDS:
            return kind, words[count:]
    return words[0], words[1:]


def _option(layer: LayerWords, word: str, following: object) -> tuple[str, object]:
    if re.fullmatch(r"\d+x\d+", word):
        height, width = (int(part) for part in word.split("x"))
        if not height * width:
            raise layer.wrong(f"{word!r} is not a size; write 3x3")
        return "size", (height, width)
    if word == "stride":
        value = next(following, "")  # type: ignore[call-overload]
        if not (value.isdecimal() and int(value)):
            raise layer.wrong(f"stride needs a whole number after it, not {value!r}")
        return "stride", int(value)
    if word in PADDINGS:
        return "padding", word
    if word in ACTIVATIONS:
        return "activation", ACTIVATIONS[word]
    if re.fullmatch(r"\d+(\.\d+)?|\.\d+", word):
        return "number", float(word)
    raise layer.wrong(f"unknown word {word!r}{_hint(layer.kind, word)}")


def _hint(kind: str, word: str) -> str:
    """Return a hint for an unknown word, if there is a likely one."""
    if SAME.get(word, word) in KINDS:
        return f"; {word!r} is a separate layer, so put a comma before it"
    options = KINDS[kind][2]
    known = ["stride"] * ("stride" in options) + [*PADDINGS] * ("padding" in options)
    near = get_close_matches(word, [*known, *(ACTIVATIONS if "activation" in options else ())], 1)
    return f"; is it {near[0]!r}?" if near else ""


#: An example of each kind, for messages.
EXAMPLES = {
    "conv": "conv 32 3x3",
    "separable": "separable 32 3x3",
    "depthwise": "depthwise 3x3",
    "pool": "pool 2",
    "avgpool": "avgpool 2",
    "dropout": "dropout 0.25",
    "dense": "dense 128",
} | {kind: kind for kind in ("bn", "globalpool", "flatten", *ACTIVATIONS)}
