"""Probes: trained models prepared for inspection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.class_scores import output_words, require_classes, target_for
from cnnviz.core.deprecation import Renamed, renamed_parameters, warn_renamed
from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.core.targets import PREDICTED, AnyTarget, Function, LayerTarget, OneClass, Target, Weighted, part_of
from cnnviz.data.arrays import as_images
from cnnviz.data.background import Invert
from cnnviz.data.fit import STRETCH, FitLike, fit_from
from cnnviz.data.fit_images import fit_images
from cnnviz.data.images import Images
from cnnviz.data.input_spec import InputSpec

from .align import aligned
from .batch_size import batch_size_for
from .bfloat16 import Precision, check_precision
from .find_layer import LayerLike, LayersLike, find_path, find_paths
from .given_inputs import GivenInputs
from .gradients import ONE_SCORE, GradientResult, GradientRule, GradientSpec, concatenated_results
from .input_scale.scale import RAW, Scale
from .row_numbers import row_numbers
from .runner import Runner
from .scaled_inputs import scaled_inputs
from .target_spec import gradient_spec, target_weights
from .unrolled_graph import INPUT

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class Probe:
    """A model with its input scaling, ready for inspection.

    The model is only read: it is not cloned, changed or recompiled, and later changes of its weights (by training) take
    effect. ``card`` describes it as plain data. ``path`` is the file or run folder that it was opened from, None for a
    bundled model and for one in memory; ``given`` are the values of the inputs besides the image. Created by open_model
    and wrap.
    """

    model: keras.Model
    runner: Runner
    card: ModelCard
    scale: Scale
    named: bool = True
    path: Path | None = None
    given: GivenInputs = field(default_factory=dict, repr=False)

    suit = Renamed("fit")
    meet = Renamed("align")
    settle = Renamed("freeze_target")
    slopes = Renamed("value_and_gradients")
    engine = Renamed("runner")

    def __repr__(self) -> str:
        h, w, c = self.card.input_shape
        about = f"{len(self.layers)} layers, {self.card.parameters:,} parameters"
        return f"Probe({self.card.name!r}: {about}, {h}×{w}×{c} → {output_words(self.card)})"

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """All layers, including those of nested models, in execution order."""
        return self.card.layers

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class names, in the order of the logits; () for a model without class scores."""
        return self.card.class_names

    @property
    def spec(self) -> InputSpec:
        """The model's requirements on images."""
        fit = fit_from(self.card.fit) or STRETCH
        return InputSpec(
            *self.card.input_shape,
            self.card.background,
            fit,
            any_range=self.scale.takes_any_range,
            as_stored=self.scale.name == RAW,
            numbers=self.card.head == "regression",
        )

    def with_fit(self, fit: FitLike) -> Probe:
        """Return the probe with another fit for images (see open_images); None and "auto" keep it."""
        chosen = fit_from(fit)
        return self if chosen is None else replace(self, card=replace(self.card, fit=str(chosen)))

    def with_invert(self, invert: str) -> Probe:
        """Return the probe whose card says how images were inverted, so that its page treats others alike."""
        return self if invert == self.card.invert else replace(self, card=replace(self.card, invert=invert))

    def with_precision(self, precision: Precision) -> Probe:
        """Return the probe that computes in float32 or bfloat16, see bfloat16.py; UsageError where it is missing."""
        check_precision(precision)
        return replace(self, runner=self.runner.in_precision(precision))

    def layer(self, path: LayerLike) -> LayerInfo:
        """Return a layer by its path or name, its index among ``model.layers``, or the Keras layer itself.

        UnknownNameError for a name that no layer has, UsageError for anything else.
        """
        return self.card.layer(find_path(self, path))

    def fit(self, images: Images, invert: Invert = "auto", fit: FitLike = None) -> Images:
        """Return the images resized (as on the card, by default), converted to grayscale or inverted, with notes."""
        return fit_images(images, self.spec, invert, fit)

    def align(self, images: Images, most: int = 500) -> tuple[Probe, Images]:
        """Align class names and infer the input scale; return the model and the images: see align.py.

        ``most`` is the number of labeled images that tell a scale.
        """
        return aligned(self, images, most)

    def as_scaled(self, name: str) -> Probe:
        """Return the probe with a named scale, to try it."""
        return self.with_scale(Scale(name, "tried"))

    def with_scale(self, scale: Scale) -> Probe:
        """Return the probe with another scale."""
        card = replace(self.card, scale=scale.name, scale_reason=scale.reason, scale_settled=scale.settled)
        return replace(self, scale=scale, card=card)

    def inputs(self, images: Images) -> np.ndarray:
        """Return the float32 inputs (n, *the model's input shape) for images of the right size."""
        return scaled_inputs(images, self.scale, self.card.input_shape, self.runner.input_shape)

    def _inputs_of(self, images: Images | np.ndarray) -> np.ndarray:
        """Return the inputs of images, of pixels, or of an array of inputs, which is returned as it is."""
        images = self._pixels_as_images(images)
        return self.inputs(images) if isinstance(images, Images) else images

    def _pixels_as_images(self, images: Images | np.ndarray) -> Images | np.ndarray:
        """Return an array of integers as images that fit the model: no inputs, which are floats, but pixels."""
        if isinstance(images, Images) or np.asarray(images).dtype.kind not in "iu":
            return images
        return self.fit(as_images(np.asarray(images), None, "array", like=self.spec))

    def stream(
        self, images: Images, layers: LayersLike = (), batch_size: int | None = None
    ) -> Iterator[tuple[slice, np.ndarray, dict[str, np.ndarray]]]:
        """Yield, batch by batch, the positions, the logits and the outputs of the named layers.

        Memory is bounded by the batch size, see batch_size_for. Paths are resolved as in layer().
        """
        paths = find_paths(self, layers)
        size = batch_size or batch_size_for(self.runner.graph, paths)
        for start in range(0, len(images), size):
            part = slice(start, min(start + size, len(images)))
            shown = images[part]
            logits, tapped = self.runner.forward(self.inputs(shown), paths, self.row_numbers(shown))
            yield part, logits, dict(zip(paths, tapped, strict=True))

    def row_numbers(self, images: Images | np.ndarray) -> np.ndarray | None:
        """Return which row of the further inputs goes with each image, or None; see row_numbers.py."""
        return row_numbers(self.runner.tables, images)

    @renamed_parameters(pictures="images")
    def logits(
        self, images: Images | np.ndarray, batch_size: int | None = None, *, numbers: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the scores before the softmax or sigmoid, (n, classes), or the values of a regression, (n, outputs).

        ``images`` are Images, pixels as an array of integers, or float inputs of the model, fed to it unchanged.
        ``numbers`` are the rows of further inputs that go with bare inputs (see row_numbers.py).
        """
        images = self._pixels_as_images(images)
        numbers = self.row_numbers(images) if numbers is None else numbers
        if not self.card.score_names:
            return np.zeros((len(images), 0), np.float32)
        size = batch_size or batch_size_for(self.runner.graph)
        made = []
        for start in range(0, len(images), size):
            part = slice(start, start + size)
            own = None if numbers is None else numbers[part]
            made.append(self.runner.forward(self._inputs_of(images[part]), (), own)[0])
        return np.concatenate(made) if made else np.zeros((0, len(self.card.score_names)), np.float32)

    def probabilities(self, images: Images | np.ndarray, batch_size: int | None = None) -> np.ndarray:
        """Return the probabilities, float32 (n, classes) in 0…1, of what ``logits`` accepts; UsageError without any."""
        require_classes(self.card, "probabilities")
        return self.runner.probabilities(self.logits(images, batch_size))

    def activations(
        self, images: Images, layers: LayersLike, batch_size: int | None = None
    ) -> Mapping[str, np.ndarray]:
        """Return the outputs of the named layers, float32 (n, *layer shape), all in memory."""
        infos = [self.card.layer(path) for path in find_paths(self, layers)]
        held = {info.path: np.empty((len(images), *info.shape), np.float32) for info in infos}
        for part, _, tapped in self.stream(images, list(held), batch_size):
            for path, values in tapped.items():
                held[path][part] = values
        return held

    def freeze_target(self, images: Images, target: AnyTarget) -> AnyTarget:
        """Return a target with fixed classes, for runs on perturbed images.

        A target for each image's own predicted class keeps that of the unperturbed image, whatever is predicted for its
        perturbed copies.
        """
        target = target_for(self.card, target)
        if not isinstance(target, Target):
            return target
        return Weighted(target_weights(self, images, target))

    @renamed_parameters(pictures="images")
    def scores(
        self,
        images: Images | np.ndarray,
        target: AnyTarget,
        batch_size: int | None = None,
        logits: np.ndarray | None = None,
        *,
        numbers: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return a target's scores for images, or for inputs computed from them, float32 (n,), without gradients.

        A target for the predicted class uses the prediction for these very inputs: see freeze_target. ``logits`` are
        those of the images, if already computed; ``numbers`` are as in ``logits``.
        """
        if isinstance(target, LayerTarget):
            size = batch_size or batch_size_for(self.runner.graph)
            return self.value_and_gradients(images, target, (), batch_size=size, numbers=numbers).scores
        scored = target_for(self.card, target)
        if logits is None:
            logits = self.logits(images, batch_size, numbers=numbers)
        if isinstance(scored, Target):
            return np.asarray(scored.scores(logits), np.float32)
        assert not isinstance(scored, LayerTarget)
        made = np.asarray(scored(logits), np.float32)
        if made.shape != logits.shape[:1]:
            raise UsageError(f"the function of logits returns {made.shape} for {len(logits)} images; {ONE_SCORE}")
        return made

    @renamed_parameters(pictures="images")
    def value_and_gradients(
        self,
        images: Images | np.ndarray,
        target: AnyTarget = PREDICTED,
        at: Sequence[str] = (INPUT,),
        rule: GradientRule | None = None,
        batch_size: int | None = None,
        *,
        numbers: np.ndarray | None = None,
    ) -> GradientResult:
        """Return the target's scores for images, or for inputs computed from them, and their gradients.

        ``at`` are the layers whose outputs the gradients are taken with respect to, INPUT ("") for the model's input;
        values and gradients of that have the model's own input shape. ``rule`` modifies the backward pass, see
        relu_rules.py. ``numbers`` are as in ``logits``. Everything is float32 and held in memory.
        """
        images = self._pixels_as_images(images)
        numbers = self.row_numbers(images) if numbers is None else numbers
        inputs = self._inputs_of(images)
        at = tuple(path if path == INPUT else self.layer(path).path for path in at)
        spec, given = gradient_spec(self, inputs, target, at, rule, numbers)
        size = batch_size or batch_size_for(self.runner.graph, at, at)
        parts = [slice(start, start + size) for start in range(0, max(1, len(inputs)), size)]
        return concatenated_results(
            self.runner.gradients(spec, inputs[p], *(None if one is None else one[p] for one in (given, numbers)))
            for p in parts
        )

    def asked(
        self, inputs: np.ndarray, target: AnyTarget, at: tuple[str, ...] = (INPUT,), rule: GradientRule | None = None
    ) -> tuple[GradientSpec, np.ndarray | None]:
        """Return what ``target_spec.gradient_spec`` does; an earlier name of it."""
        warn_renamed("Probe.asked(…)", "cnnviz.models.target_spec.gradient_spec(probe, …)")
        return gradient_spec(self, inputs, target, at, rule)

    def gradients(
        self,
        images: Images,
        target: int | Target | Function | None = None,
        layer: LayerLike | None = None,
        batch_size: int | None = None,
    ) -> np.ndarray:
        """Return the gradient of a score with respect to the inputs, (n, h, w, c), or to one layer's output.

        ``target`` is a class number, a Target, a function of logits (n, classes) that returns scores (n,), or None for
        the highest logit of each image. Gradients are per unit of the model's own input, after its scaling of pixels.
        """
        if target is None:
            target = PREDICTED
        elif isinstance(target, int | np.integer):
            target = OneClass(int(target))
        path = INPUT if layer is None else self.layer(layer).path
        shape = images.shape if path == INPUT else self.card.layer(path).shape
        size = batch_size or batch_size_for(self.runner.graph, (path,), (path,))
        made = np.empty((len(images), *shape), np.float32)
        for start in range(0, len(images), size):
            part = slice(start, start + size)
            found = self.value_and_gradients(images[part], part_of(target, part), (path,))
            made[part] = found.gradients[0].reshape(-1, *shape)
        return made
