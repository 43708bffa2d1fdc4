"""Adapter of another library, tf-keras-vis, to check results against independent code."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError

from .functional_copy import compiled_functional_copy, functional_copy
from .import_tensorflow import tensorflow
from .row_numbers import refuse_rows

if TYPE_CHECKING:
    import keras

    from .probe import Probe

#: Masked images that Score-CAM creates at once; it holds several copies of them.
_MASKED_AT_ONCE = 1024


class TfKerasVis:
    """tf-keras-vis on a probe's network, on logits and in inference mode.

    Everywhere ``inputs`` are float32 (n, height, width, channels) as the model takes them and ``weights`` (n, classes)
    the weights of the logits in the score. Maps are raw: neither scaled to 0…1 nor resized.
    """

    def __init__(self, probe: Probe) -> None:
        """Build what tf-keras-vis needs; UsageError if it cannot be imported."""
        tensorflow()
        try:
            import tf_keras_vis  # noqa: F401
        except ImportError as error:
            raise UsageError(f"tf-keras-vis cannot be imported here ({error}); use engine='cnnviz'") from error
        refuse_rows(probe.runner.tables, "tf-keras-vis")
        self._engine, self._shape = probe.runner, probe.card.input_shape

    @cached_property
    def whole(self) -> keras.Model:
        """The network as one layer, for methods that need no inner layer."""
        return compiled_functional_copy(self._engine, self._shape)

    @cached_property
    def _stepwise(self) -> tuple[keras.Model, Mapping[str, keras.layers.Layer]]:
        model, layers = functional_copy(self._engine, self._shape)
        # Score-CAM calls predict with Keras's progress bar on.
        model.predict = functools.partial(model.predict, verbose=0)
        return model, layers

    @property
    def model(self) -> keras.Model:
        """The network layer by layer."""
        return self._stepwise[0]

    @property
    def layers(self) -> Mapping[str, keras.layers.Layer]:
        """The layers of ``model`` by our paths."""
        return self._stepwise[1]

    def saliency(self, inputs: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the absolute gradients, (n, height, width, channels)."""
        from tf_keras_vis.saliency import Saliency

        return _array(Saliency(self.whole)(_score(weights), inputs, keepdims=True, normalize_map=False))

    def smoothgrad(
        self, inputs: np.ndarray, weights: np.ndarray, samples: int, noise: float, absolute: bool, seed: int
    ) -> np.ndarray:
        """Return mean gradients, or mean absolute gradients, of noisy copies, (n, height, width, channels).

        tf-keras-vis draws noise from NumPy's global generator. Each image is computed alone, from the same seed, so
        that its map does not depend on other images; the generator's state is restored.
        """
        from tf_keras_vis.saliency import Saliency

        asked = Saliency(self.whole)
        own: dict[str, Any] = {} if absolute else {"gradient_modifier": None}
        maps = []
        for one in range(len(inputs)):
            part = slice(one, one + 1)
            with _seeded(seed):
                made = asked(
                    _score(weights[part]),
                    inputs[part],
                    smooth_samples=samples,
                    smooth_noise=noise,
                    keepdims=True,
                    normalize_map=False,
                    **own,
                )
            maps.append(_array(made))
        return np.concatenate(maps)

    def grad_cam(self, inputs: np.ndarray, weights: np.ndarray, path: str) -> np.ndarray:
        """Return Grad-CAM of the layer at ``path``, (n, h, w)."""
        from tf_keras_vis.gradcam import Gradcam

        return self._cam(Gradcam, _score(weights), inputs, path)

    def grad_cam_plus_plus(self, inputs: np.ndarray, weights: np.ndarray, path: str) -> np.ndarray:
        """Return Grad-CAM++ of the layer at ``path``, (n, h, w).

        It multiplies each map by e^S, which overflows at a logit of 89. The score is passed minus its own value, with
        the same gradient, so that this factor is 1.
        """
        from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus

        tf, score = tensorflow(), _score(weights)
        return self._cam(GradcamPlusPlus, lambda z: score(z) - tf.stop_gradient(score(z)), inputs, path)

    def layer_cam(self, inputs: np.ndarray, weights: np.ndarray, path: str) -> np.ndarray:
        """Return LayerCAM of the layer at ``path``, (n, h, w)."""
        from tf_keras_vis.layercam import Layercam

        return self._cam(Layercam, _score(weights), inputs, path)

    def score_cam(self, inputs: np.ndarray, weights: np.ndarray, path: str, channels: int | None) -> np.ndarray:
        """Return Score-CAM of the layer at ``path``, (n, h, w), of the ``channels`` whose maps vary most, or of all.

        tf-keras-vis selects the channels over the whole batch, so images are computed one by one.
        """
        from tf_keras_vis.scorecam import Scorecam

        count = self.layers[path].output.shape[-1]
        capped = channels is not None and channels < count
        step = 1 if capped else max(1, _MASKED_AT_ONCE // count)
        asked, maps = Scorecam(self.model), []
        for start in range(0, len(inputs), step):
            part = slice(start, start + step)
            made = asked(
                _score(weights[part]),
                inputs[part],
                self.layers[path],
                False,
                batch_size=128,
                max_N=channels if capped else None,
                expand_cam=False,
                normalize_cam=False,
            )
            maps.append(_array(made))
        return np.concatenate(maps)

    def maximized(
        self,
        path: str | None,
        units: np.ndarray,
        starts: np.ndarray,
        steps: int,
        between: tuple[float, float],
        moves: tuple[tuple[str, float], ...],
        charges: tuple[str, ...],
        seed: int,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs that maximally activate units of the layer at ``path`` (None: logits), and values per step.

        ``starts`` are inputs (n, height, width, channels), kept ``between`` two values; values are (n, steps). Moves
        are "jitter", "rotate" and "scale" with their amounts, charges "tv" and "l2", with the library's own weights.
        """
        import keras

        # It warns about its own import.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from tf_keras_vis.activation_maximization import ActivationMaximization
            from tf_keras_vis.activation_maximization import input_modifiers as ways
            from tf_keras_vis.activation_maximization.callbacks import Callback
            from tf_keras_vis.activation_maximization.regularizers import Norm, TotalVariation2D

        tf = tensorflow()
        model = self.model if path is None else keras.Model(self.model.inputs, self.layers[path].output)
        chosen = tf.one_hot(units, model.outputs[0].shape[-1])

        def score(outputs: Any) -> Any:
            flat = tf.reshape(outputs, (len(units), -1, outputs.shape[-1]))
            return tf.reduce_sum(tf.reduce_mean(flat, axis=1) * chosen, axis=1)

        values: list[np.ndarray] = []

        class Noted(Callback):  # type: ignore[misc]
            def __call__(self, step: int, images: Any, grads: Any, scores: Any, outputs: Any, **rest: Any) -> None:
                values.append(_array(scores[0]))

        made_of = {
            "jitter": lambda far: ways.Jitter(max(1, int(far))),
            "rotate": lambda far: ways.Rotate2D(degree=far),
            "scale": lambda far: ways.Scale(low=1 - far, high=1 + far),
        }
        charged = {"tv": lambda: TotalVariation2D(weight=1.0), "l2": lambda: Norm(weight=0.3, p=2)}
        low, high = between
        with _seeded(seed), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made = ActivationMaximization(model)(
                score,
                seed_input=tf.constant(starts),
                input_range=(low, high),
                input_modifiers=[made_of[name](far) for name, far in moves],
                regularizers=[charged[name]() for name in charges],
                steps=steps,
                optimizer=keras.optimizers.RMSprop((high - low) / 255, rho=0.999),
                callbacks=[Noted()],
                unconnected_gradients=tf.UnconnectedGradients.ZERO,
            )
        return np.clip(_array(made), low, high), np.stack(values, axis=1) if values else np.zeros((len(units), 0))

    def _cam(self, kind: type, score: Callable[[Any], Any], inputs: np.ndarray, path: str) -> np.ndarray:
        tf = tensorflow()
        made = kind(self.model)(
            score,
            inputs,
            penultimate_layer=self.layers[path],
            seek_penultimate_conv_layer=False,
            expand_cam=False,
            normalize_cam=False,
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        return _array(made)


def _score(weights: np.ndarray) -> Callable[[Any], Any]:
    """Return the score function for tf-keras-vis: of outputs (n, classes), one value each."""
    tf = tensorflow()
    counts = tf.constant(weights, tf.float32)
    return lambda outputs: tf.reduce_sum(outputs * counts, axis=1)


def _array(made: Any) -> np.ndarray:
    return np.asarray(made, np.float32)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    kept = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(kept)
