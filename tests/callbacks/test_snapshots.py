"""The callback in anyone's own ``fit``: it disturbs nothing, keeps what the model was, and comes back as it was."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.callbacks.snapshot_folder import SnapshotFolder
from cnnviz.callbacks.snapshot_limits import downsample
from cnnviz.core.errors import DataError, ModelError, UsageError
from cnnviz.core.render import show
from tests.helpers.bright_squares import bright_squares

EPOCHS = 3


def sequential() -> keras.Model:
    """Dropout and batch normalisation: what a forward pass in training mode would change."""
    return keras.Sequential(
        [
            keras.Input((10, 10, 1)),
            keras.layers.Conv2D(12, 3, name="conv1"),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dropout(0.3),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(5, activation="relu", name="hidden"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def nested() -> keras.Model:
    """A model in a model, with a branch."""
    inner = keras.Sequential(
        [keras.Input((10, 10, 1)), keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="deep")],
        name="inner",
    )
    inputs = keras.Input((10, 10, 1))
    seen = inner(inputs)
    both = keras.layers.Concatenate()([seen, keras.layers.Conv2D(2, 1, name="side")(inputs)])
    dropped = keras.layers.Dropout(0.2)(keras.layers.GlobalAveragePooling2D()(both))
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(dropped))


def data() -> tuple[np.ndarray, np.ndarray]:
    pictures = bright_squares(48)
    assert pictures.labels is not None
    return pictures.pixels.astype(np.float32) / 255, pictures.labels


def fitted(make, callbacks=(), epochs: int = EPOCHS, checked: bool = False) -> keras.Model:
    keras.utils.set_random_seed(5)
    model = make()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = data()
    held_out = (x, y) if checked else None
    model.fit(x, y, epochs=epochs, batch_size=16, verbose=0, callbacks=list(callbacks), validation_data=held_out)
    return model


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A training that was watched on ten pictures: the model, its weights epoch by epoch, and the folder."""
    folder = tmp_path_factory.mktemp("watched") / "deep" / "down"
    x, y = data()
    kernels = []

    class Witness(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            kernels.append(self.model.get_layer("conv1").kernel.numpy())

    snapshots = cnnviz.callbacks.Snapshots(folder, (x[:10], y[:10]), class_names=["top", "middle", "bottom"])
    model = fitted(sequential, [Witness(), snapshots], checked=True)
    return model, [*kernels, model.get_layer("conv1").kernel.numpy()], folder


@pytest.fixture(scope="module")
def series(watched):
    return cnnviz.open_snapshots(watched[2])


def assert_same(seen: keras.Model, plain: keras.Model) -> None:
    """Both have the same weights and optimizer, and go on to learn the same, random layers and all."""
    for one, other in zip(seen.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(seen.optimizer.variables, plain.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one, other)
    x, y = data()
    assert seen.compiled and seen.train_on_batch(x[:8], y[:8]) == plain.train_on_batch(x[:8], y[:8])


def test_training_ends_the_same_with_and_without(watched) -> None:
    before = watched[0].get_weights()
    assert_same(watched[0], fitted(sequential))
    watched[0].set_weights(before)


def test_a_model_in_a_model_is_watched_too(tmp_path) -> None:
    x, y = data()
    seen = fitted(nested, [cnnviz.callbacks.Snapshots(tmp_path, (x[:4], y[:4]))], epochs=1)
    assert_same(seen, fitted(nested, epochs=1))
    held = cnnviz.open_snapshots(tmp_path)
    assert list(held.epochs) == [0, 1] and set(held.maps) == {"inner/deep", "side"}


def test_a_sequential_without_an_input_is_watched_too(tmp_path) -> None:
    def open_ended() -> keras.Model:
        return keras.Sequential([keras.layers.Conv2D(3, 3), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])

    x, y = data()
    seen = fitted(open_ended, [cnnviz.callbacks.Snapshots(tmp_path, (x[:4], y[:4]))], epochs=1)
    assert_same(seen, fitted(open_ended, epochs=1))
    assert list(cnnviz.open_snapshots(tmp_path).epochs) == [0, 1]


def test_kernels_are_those_of_each_moment(watched, series) -> None:
    kernels = watched[1]
    assert list(series.epochs) == [0, 1, 2, 3]
    for held, true in zip(series.kernels["conv1"], kernels, strict=True):
        np.testing.assert_allclose(held, true, rtol=1e-3, atol=1e-6)
    assert not np.allclose(kernels[0], kernels[-1], atol=1e-3)


def test_activations_heatmaps_and_answers_are_those_of_the_model(watched, series) -> None:
    model = watched[0]
    x, y = data()
    probe = cnnviz.wrap(model, scale=lambda pixels: pixels, class_names=["top", "middle", "bottom"])
    pictures = cnnviz.open_images((x[:8], y[:8]), class_names=["top", "middle", "bottom"])
    site = series.seen[0].site
    assert site.startswith("dropout")  # which does nothing now: what it gives is what the rectifier gave
    now = cnnviz.activations(probe, pictures, site)
    np.testing.assert_allclose(series.maps["conv1"][-1], now[site][..., :8], rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(series.answers[-1], model.predict(x[:8], verbose=0), rtol=1e-4, atol=1e-6)
    heat = cnnviz.attribute(probe, pictures, "grad-cam", "true")
    np.testing.assert_allclose(series.heat[-1], heat.maps, rtol=2e-3, atol=1e-6)
    assert series.how.title == "Grad-CAM" and "true class" in series.how.target
    np.testing.assert_array_equal(series.classes, y[:8])


def test_what_is_kept_is_bounded_and_said(series) -> None:
    assert len(series) == 8 and "the first 8 of 10 images" in series.images.notes
    conv, hidden = series.seen[:2]
    assert (conv.channels, conv.of_channels, conv.kept) == (8, 12, (8, 8))
    assert (hidden.path, hidden.channels, series.maps["hidden"].shape) == ("hidden", 5, (4, 8, 1, 1, 5))
    assert [(one.path, one.filters, one.of_filters) for one in series.kept] == [("conv1", 12, 12), ("hidden", 5, 5)]


def test_curves_hold_what_fit_measured(watched, series) -> None:
    history = watched[0].history
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert [row[name] for row in series.history] == pytest.approx(history.history[name])
    assert [row["rate"] for row in series.history] == pytest.approx([1e-3] * EPOCHS)


def walk(callback, model: keras.Model, first: int, last: int) -> None:
    """What fit calls, without its steps."""
    callback.set_model(model)
    callback.on_train_begin()
    for epoch in range(first, last):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"loss": np.float32(1 / (epoch + 1)), "odd": [1, 2], "worse": np.nan})
    callback.on_train_end()


def test_every_so_many_epochs_and_the_last(tmp_path) -> None:
    x, _ = data()
    callback, model = cnnviz.callbacks.Snapshots(tmp_path, x[:2], "conv1", every=2, method=None), sequential()
    walk(callback, model, 0, 3)
    assert SnapshotFolder(tmp_path).numbers == [0, 2, 3]
    held = cnnviz.open_snapshots(tmp_path)
    assert held.heat is None and held.why_no_heat == "none were requested" and list(held.maps) == ["conv1"]
    assert held.history[1] == {"epoch": 2, "loss": 0.5}
    # A training anew replaces what it finds; one that goes on keeps what lies before.
    walk(callback, model, 0, 1)
    assert SnapshotFolder(tmp_path).numbers == [0, 1] and len(cnnviz.open_snapshots(tmp_path).history) == 1
    walk(callback, model, 1, 3)
    assert SnapshotFolder(tmp_path).numbers == [0, 1, 2, 3]
    assert [row["epoch"] for row in cnnviz.open_snapshots(tmp_path).history] == [1, 2, 3]


def test_a_network_without_maps_has_no_heatmaps_and_says_why(tmp_path) -> None:
    def dense() -> keras.Model:
        return keras.Sequential(
            [keras.Input((10, 10, 1)), keras.layers.Flatten(), keras.layers.Dense(6, name="first"),
             keras.layers.Dense(3, activation="softmax")]
        )  # fmt: skip

    walk(cnnviz.callbacks.Snapshots(tmp_path, data()[0][:3]), dense(), 0, 1)
    held = cnnviz.open_snapshots(tmp_path)
    assert held.heat is None and "has no convolution" in held.why_no_heat
    assert held.kernels["first"].shape == (2, 10, 10, 1, 6)
    assert held.how is None and "predicted" not in held.why_no_heat


def test_what_cannot_be_watched_is_told_before_the_first_step(tmp_path) -> None:
    with pytest.raises(UsageError, match="every must be at least 1"):
        cnnviz.callbacks.Snapshots(tmp_path, data()[0][:2], every=0)

    def two_inputs() -> keras.Model:
        one, other = keras.Input((10, 10, 1)), keras.Input((10, 10, 1))
        both = keras.layers.Flatten()(keras.layers.Add()([one, other]))
        return keras.Model([one, other], keras.layers.Dense(3, activation="softmax")(both))

    model = two_inputs()
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = data()
    before = model.get_weights()
    with pytest.raises(ModelError, match="takes 2 inputs"):
        model.fit([x, x], y, verbose=0, callbacks=[cnnviz.callbacks.Snapshots(tmp_path, x[:2])])
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


@pytest.mark.parametrize("kind", ["tensor", "tensors", "list"])
def test_tensors_are_handed_to_the_model_as_arrays_are(tmp_path, kind) -> None:
    """On any scale: what fit is given is what the model sees."""
    x, y = data()
    x = 255 * x[:4]
    given = {"tensor": keras.ops.convert_to_tensor(x), "list": list(x)}.get(kind)
    if given is None:
        given = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y[:4])
    model = sequential()
    walk(cnnviz.callbacks.Snapshots(tmp_path, given, method=None), model, 0, 1)
    np.testing.assert_allclose(cnnviz.open_snapshots(tmp_path).answers[0], model.predict(x, verbose=0), atol=1e-6)


def test_a_dataset_is_watched_and_the_head_is_said(tmp_path) -> None:
    """Four units without a function or a compiled loss: independent labels, as only the user knows."""
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((10, 10, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(4)]
    )
    model.compile("sgd", lambda y, z: tf.nn.sigmoid_cross_entropy_with_logits(y, z))
    x, _ = data()
    before = model.predict(x[:3], verbose=0)
    given = tf.data.Dataset.from_tensor_slices(x).batch(2)
    watched = cnnviz.callbacks.Snapshots(tmp_path, given.take(2), head="multilabel")
    model.fit(x, np.eye(4)[np.arange(48) % 4], epochs=1, verbose=0, callbacks=[watched])
    series = cnnviz.open_snapshots(tmp_path)
    assert series.model.head == "multilabel" and len(series.images) == 4
    np.testing.assert_allclose(series.answers[0][:3], 1 / (1 + np.exp(-before)), atol=1e-5)


def test_tf_keras_is_refused_in_a_line(tmp_path) -> None:
    """Its fit sets the model first, and would stop at methods that Keras 3 has no more."""
    model = type("Sequential", (type("Model", (), {"__module__": "tf_keras.src.engine.training"}),), {})()
    with pytest.raises(ModelError, match="watches models of Keras 3: this Sequential is a model of Keras 2"):
        cnnviz.callbacks.Snapshots(tmp_path, data()[0][:2]).set_model(model)


def test_one_of_several_outputs_is_chosen(tmp_path) -> None:
    inputs = keras.Input((10, 10, 1))
    seen = keras.layers.Flatten()(keras.layers.Conv2D(4, 3)(inputs))
    ends = [keras.layers.Dense(n, activation="softmax", name=name)(seen) for n, name in ((3, "row"), (2, "side"))]
    model = keras.Model(inputs, ends)
    x, _ = data()
    with pytest.raises(ModelError, match="has 2 outputs, row, side; choose one, output='row'"):
        walk(cnnviz.callbacks.Snapshots(tmp_path, x[:3]), model, 0, 1)
    for output, place in (("row", 0), (1, 1)):
        walk(cnnviz.callbacks.Snapshots(tmp_path, x[:3], output=output), model, 0, 1)
        wanted = model.predict(x[:3], verbose=0)[place]
        np.testing.assert_allclose(cnnviz.open_snapshots(tmp_path).answers[0], wanted, atol=1e-6)


def test_a_model_of_any_size_is_watched_at_the_size_of_the_pictures(tmp_path) -> None:
    model = keras.Sequential(
        [keras.Input((None, None, 1)), keras.layers.Conv2D(4, 3, name="conv"), keras.layers.GlobalAveragePooling2D(),
         keras.layers.Dense(3, activation="softmax")]
    )  # fmt: skip
    walk(cnnviz.callbacks.Snapshots(tmp_path, data()[0][:3]), model, 0, 1)
    assert cnnviz.open_snapshots(tmp_path).maps["conv"].shape[2:4] == (8, 8)


def test_arrays_of_another_shape_are_refused(tmp_path) -> None:
    x, _ = data()
    for wrong in (x[0][:8], x[:3, :8, :8]):
        with pytest.raises(UsageError, match=r"takes images of \(10, 10, 1\), but these are .*; give an array"):
            walk(cnnviz.callbacks.Snapshots(tmp_path, wrong), sequential(), 0, 1)
    assert not list(tmp_path.iterdir())


def test_missing_damaged_and_not_finite(watched, tmp_path) -> None:
    with pytest.raises(DataError, match="has no snapshots; give a run folder"):
        cnnviz.open_snapshots(tmp_path)
    source = SnapshotFolder(watched[2])
    held = SnapshotFolder(tmp_path)
    (tmp_path / "about.npz").write_bytes((watched[2] / "about.npz").read_bytes())
    for number in source.numbers:
        one = source.read(number)
        if number == 2:
            one = replace(one, arrays={**one.arrays, "maps0": np.full_like(one.arrays["maps0"], np.nan)})
        held.write(number, one)
    opened = cnnviz.open_snapshots(tmp_path)
    assert list(opened.epochs) == [0, 1, 3] and opened.notes == ("left out 1 snapshot with NaN or infinity",)
    assert list(cnnviz.open_snapshots(watched[2], most=2).epochs) == [0, 3]
    (tmp_path / "snapshot-000000001.npz").write_bytes(b"PK not a file")
    with pytest.raises(DataError, match="cannot be read"):
        cnnviz.open_snapshots(tmp_path)


def test_large_maps_become_means_of_blocks() -> None:
    maps = np.arange(35.0).reshape(5, 7)
    made = downsample(maps, (3, 4))
    assert made.shape == (3, 4)
    assert made[0, 0] == pytest.approx(maps[:2, :2].mean()) and made[2, 3] == pytest.approx(maps[4, 6])
    assert made[2, 0] == pytest.approx(maps[4, :2].mean())


@pytest.mark.parametrize("target", [None, 1, "output 1"])
def test_a_regression_is_watched(tmp_path, target) -> None:
    """Its numbers are what is tracked, and an output is the target of the heatmaps."""
    keras.utils.set_random_seed(2)
    layers = [
        keras.layers.Conv2D(3, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(2),
    ]
    model = keras.Sequential([keras.Input((10, 10, 1)), *layers])
    model.compile("adam", "mse")
    x, y = data()
    true = np.stack([y - 5.5, -y * 1.0], axis=1)
    before = model.predict(x[:4], verbose=0)
    watched = cnnviz.callbacks.Snapshots(tmp_path / "run", (x[:4], true[:4]), target=target)
    model.fit(x, true, epochs=2, verbose=0, callbacks=[watched])
    series = cnnviz.open_snapshots(tmp_path / "run")
    followed = 0 if target is None else 1
    assert series.model.head == "regression" and series.classes.tolist() == [followed] * 4
    np.testing.assert_allclose(series.answers[0], before, atol=1e-5)
    np.testing.assert_allclose(series.answers[-1], model.predict(x[:4], verbose=0), atol=1e-5)
    np.testing.assert_array_equal(series.true_values, true[:4, followed])
    values = series.answers[:, :, followed]
    assert series.range == (values.min(), values.max()) and series.how.target == f"output {followed}"
    assert series.heat is not None and np.isfinite(series.heat).all()
    assert series.document()["moments"][0].keys() >= {"epoch", "outputs"}
    assert series.to_html(tmp_path / "page.html").stat().st_size > 1000
    assert show(series, "png").startswith(b"\x89PNG")


def test_a_label_of_several_is_tracked(tmp_path) -> None:
    layers = [keras.layers.Conv2D(3, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3, "sigmoid")]
    model = keras.Sequential([keras.Input((10, 10, 1)), *layers])
    model.compile("adam", "binary_crossentropy")
    x, y = data()
    rows = np.stack([y > 0, y > 1, y < 2], axis=1).astype(int)
    watched = cnnviz.callbacks.Snapshots(tmp_path, (x[:4], rows[:4]), target=2, class_names=["a", "b", "c"])
    model.fit(x, rows, epochs=1, verbose=0, callbacks=[watched])
    series = cnnviz.open_snapshots(tmp_path)
    assert series.model.head == "multilabel" and series.classes.tolist() == [2] * 4 and series.range is None
    np.testing.assert_allclose(series.answers[-1], model.predict(x[:4], verbose=0), atol=1e-5)
    assert series.how.target == "c"
