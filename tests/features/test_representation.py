"""Sparseness, ranks, CKA and maps, against hand-computed arrays, brute force and identities."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnviz
from cnnviz.features.representation.cka import Alignment, centered_kernels, unbiased_hsic
from cnnviz.features.representation.dimensionality import effective_rank, participation_ratio, sparseness, variances
from cnnviz.features.representation.embedding import Embedding, embedding, penultimate
from cnnviz.features.representation.layer_statistics import layer_statistics
from cnnviz.features.representation.pca import principal_plane
from cnnviz.features.representation.similarity import Similarity, similarity
from cnnviz.features.representation.tsne import neighbor_map


@pytest.fixture(scope="module")
def probe():
    return cnnviz.open_model("fmnist-cnn")


@pytest.fixture(scope="module")
def pictures():
    return cnnviz.open_images("sample")[:120]


# --- how spread out -------------------------------------------------------------------------------------------------


def test_sparseness_by_hand():
    rows = np.array([[1.0, 1, 1, 1], [0, 0, 0, 5], [3, 1, 0, 0], [0, 0, 0, 0]])
    made = sparseness(np.abs(rows).sum(axis=1), np.square(rows).sum(axis=1), 4)
    # The third: (4/4)² / (10/4) = 0.4, so 0.6 / 0.75.
    np.testing.assert_allclose(made, [0, 1, 0.8, np.nan])


def test_ranks_of_known_spectra():
    assert effective_rank(variances(np.eye(5))) == pytest.approx(5)
    assert participation_ratio(variances(np.eye(5))) == pytest.approx(5)
    one = np.outer([1.0, 2, 3], [1.0, 2, 3])
    assert effective_rank(variances(one)) == pytest.approx(1) and participation_ratio(variances(one)) == pytest.approx(
        1
    )
    assert effective_rank(np.zeros(3)) == participation_ratio(np.zeros(3)) == 0
    # Singular values 3 and 1: p = 3/4, 1/4; variances 9 and 1: 100/82.
    assert effective_rank(np.array([9.0, 1])) == pytest.approx(np.exp(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25))))
    assert participation_ratio(np.array([9.0, 1])) == pytest.approx(100 / 82)


def test_statistics_are_those_of_the_whole_arrays(probe, pictures):
    made = layer_statistics(probe, pictures, ["conv2", "dense1"], batch_size=50)
    held = cnnviz.activations(probe, pictures, ["conv2", "dense1"])
    for path, values in held.values.items():
        said = made[path]
        answers = (values.mean(axis=(1, 2), dtype=np.float64) if values.ndim == 4 else values).astype(np.float64)
        assert said.zeros == pytest.approx(float((values == 0).mean()))
        covariance = np.cov(answers.T, bias=True)
        assert said.rank == pytest.approx(effective_rank(variances(covariance)), rel=1e-6)
        assert said.participation == pytest.approx(participation_ratio(variances(covariance)), rel=1e-6)
        alive = np.abs(answers).sum(axis=0) > 0
        lifetime = sparseness(answers[:, alive].sum(axis=0), np.square(answers[:, alive]).sum(axis=0), len(answers))
        assert said.lifetime == pytest.approx(lifetime.mean())
        assert said.spectrum.sum() == pytest.approx(1, abs=1e-5)
        for c in np.unique(pictures.labels):
            assert said.class_means[c] == pytest.approx(answers[pictures.labels == c].mean(), rel=1e-5)


def test_a_layer_of_nan_is_refused(pictures):
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, name="out")])
    model.get_layer("out").bias.assign(np.full(10, np.nan, np.float32))
    with pytest.raises(cnnviz.ModelError, match="NaN or infinity"):
        layer_statistics(model, pictures, "out")


# --- CKA ------------------------------------------------------------------------------------------------------------


def unbiased_by_definition(k, ell):
    """HSIC₁ as a sum over distinct indices (Song et al. 2012, theorem 5), without any of the algebra."""
    n = len(k)
    indices = range(n)
    first = np.mean([k[i, j] * ell[i, j] for i in indices for j in indices if i != j])
    second = np.mean(
        [
            k[i, j] * ell[q, r]
            for i in indices
            for j in indices
            for q in indices
            for r in indices
            if len({i, j, q, r}) == 4
        ]
    )
    third = np.mean([k[i, j] * ell[i, q] for i in indices for j in indices for q in indices if len({i, j, q}) == 3])
    return first + second - 2 * third


def test_hsic_is_the_mean_over_distinct_pictures():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((7, 3)), rng.standard_normal((7, 5))
    k, ell = x @ x.T, y @ y.T
    made = unbiased_hsic(centered_kernels([x]), centered_kernels([y]))[0, 0]
    assert made == pytest.approx(unbiased_by_definition(k, ell))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), size=st.floats(0.01, 100), n=st.integers(5, 30), d=st.integers(1, 6))
def test_cka_knows_no_rotation_size_or_place(seed, size, n, d):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    turned = x @ np.linalg.qr(rng.standard_normal((d, d)))[0] * size + rng.standard_normal(d)
    alignment = Alignment(1, 1)
    alignment.add([x], [turned])
    assert alignment.cka()[0, 0] == pytest.approx(1)


def test_unrelated_features_are_unlike_and_constant_ones_have_no_answer():
    rng = np.random.default_rng(1)
    alignment = Alignment(1, 2)
    for _ in range(20):
        alignment.add([rng.standard_normal((100, 8))], [rng.standard_normal((100, 8)), np.ones((100, 3))])
    near, none = alignment.cka()[0]
    assert abs(near) < 0.01 and np.isnan(none)


def test_similarity_of_a_model_with_itself_and_with_another(probe, pictures):
    own = similarity(probe, pictures, layer=["conv1", "conv2", "dense1"])
    np.testing.assert_allclose(np.diag(own.values), 1)
    np.testing.assert_allclose(own.values, own.values.T)
    assert own["conv1", "conv2"] > own["conv1", "dense1"]
    keras.utils.set_random_seed(0)
    other = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(16, "relu", name="hidden"),
            keras.layers.Dense(10),
        ]
    )
    two = similarity(probe, pictures, other=other, layer="conv1", other_layer="hidden")
    assert two.values.shape == (1, 1) and two.other.name == other.name and -0.1 < two.values[0, 0] < 1
    # By hand, on all pictures at once.
    x = cnnviz.activations(probe, pictures, "conv1")["conv1"]
    y = cnnviz.activations(other, pictures, "hidden")["hidden"]
    alignment = Alignment(1, 1)
    alignment.add([x], [y])
    assert two.values[0, 0] == pytest.approx(alignment.cka()[0, 0], rel=1e-4)


def test_similarity_is_saved_and_loaded(probe, pictures, tmp_path):
    made = similarity(probe, pictures[:20], layer=["conv3", "dense1"])
    held = Similarity.load(made.save(tmp_path / "alike.npz"))
    np.testing.assert_array_equal(held.values, made.values)
    assert (held.rows, held.columns, held.other, held.model) == (made.rows, made.columns, None, made.model)


def test_too_few_pictures_for_similarity(probe, pictures):
    with pytest.raises(cnnviz.UsageError, match="at least 4 images"):
        similarity(probe, pictures[:3])


# --- maps -----------------------------------------------------------------------------------------------------------


def test_principal_plane_of_points_on_a_line():
    along = np.array([-2.0, 0, 1, 1])
    plane = principal_plane(np.outer(along, [0.6, -0.8]) + np.array([3, 4]))
    np.testing.assert_allclose(plane.mean, [3, 4])
    # The largest entry of an axis is positive.
    np.testing.assert_allclose(plane.axes, [[-0.6, 0.8], [0, 0]], atol=1e-12)
    np.testing.assert_allclose(plane.explained, [1, 0], atol=1e-12)
    np.testing.assert_allclose(plane.project(np.array([[3.6, 3.2]])), [[-1, 0]], atol=1e-6)


def test_pca_keeps_the_share_of_variance_that_it_says(probe, pictures):
    made = embedding(probe, pictures, "dense1", "pca")
    held = cnnviz.activations(probe, pictures, "dense1")["dense1"].astype(np.float64)
    total = held.var(axis=0).sum()
    np.testing.assert_allclose(made["pca"].var(axis=0) / total, made.plane.explained, rtol=1e-4)
    assert list(made.points) == ["pca"]


def test_the_layer_before_the_head(probe):
    assert penultimate(probe).path == "dense1"
    alone = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    with pytest.raises(cnnviz.ModelError, match="no layer before its head"):
        penultimate(cnnviz.wrap(alone))
    pooled = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 3, name="conv"),
            keras.layers.GlobalAveragePooling2D(name="pool"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10),
            keras.layers.Softmax(),
        ]
    )
    assert penultimate(cnnviz.wrap(pooled)).path == "pool"


def test_tsne_keeps_clusters_apart_and_is_repeatable():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((3, 10)) * 20
    features = np.concatenate([centre + rng.standard_normal((40, 10)) for centre in centres])
    made = neighbor_map(features, seed=3)
    np.testing.assert_array_equal(made, neighbor_map(features, seed=3))
    owner = np.repeat(np.arange(3), 40)
    gaps = np.linalg.norm(made[:, None] - made[None], axis=2) + np.diag(np.full(120, np.inf))
    assert (owner[gaps.argmin(axis=1)] == owner).all()


def test_points_of_what_is_all_alike_fall_together():
    np.testing.assert_array_equal(neighbor_map(np.ones((5, 4))), np.zeros((5, 2)))
    np.testing.assert_array_equal(principal_plane(np.ones((5, 4))).project(np.ones((5, 4))), np.zeros((5, 2)))


def test_an_embedding_is_saved_loaded_and_narrowed(probe, pictures, tmp_path):
    made = embedding(probe, pictures[:30])
    held = Embedding.load(made.save(tmp_path / "map.npz"))
    for method in ("pca", "tsne"):
        np.testing.assert_array_equal(held[method], made[method])
    np.testing.assert_allclose(held.plane.axes, made.plane.axes)
    assert held.layer == made.layer and held.seed == made.seed
    np.testing.assert_array_equal(made.take([4, 2])["tsne"], made["tsne"][[4, 2]])


def test_bad_wishes_get_one_line(probe, pictures):
    with pytest.raises(cnnviz.UsageError, match="at least 3 images"):
        embedding(probe, pictures[:2])
    with pytest.raises(cnnviz.UsageError, match="tsne"):
        embedding(probe, pictures, methods="tsnee")
