"""``#/compare``: two pictures, classes or models; numbers are Python's, and the scale is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content, of_activations
from cnnviz.reports.comparison import Comparison

from .looks import each_size, each_theme
from .nets import HOSTILE
from .test_browser import violations
from .waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def images():
    return cnnviz.open_images("sample")[:60]


@pytest.fixture(scope="module")
def comparison(images) -> Comparison:
    """The bundled model and a small one, trained for a moment."""
    import keras

    keras.utils.set_random_seed(3)
    sample = cnnviz.open_images("sample")[100:400]
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, 2, activation="tanh", name="first"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(10, activation="softmax", name="out"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(sample.pixels / np.float32(255), sample.labels, epochs=4, batch_size=16, verbose=0)
    return cnnviz.compare("fmnist-cnn", cnnviz.wrap(model, scale="0-1", name="small"), images)


@pytest.fixture(scope="module")
def page_bytes(comparison) -> bytes:
    return comparison.to_html()


@pytest.fixture(scope="module")
def held(images) -> Activations:
    return cnnviz.activations("fmnist-cnn", images)


def shown(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace("\u202f", "").strip("%<> "))


def test_the_channels_that_differ_most_are_pythons_and_share_one_scale(visit, page_bytes, held):
    a, b = 3, 17
    ids = held.images.indices
    watched = visit(page_bytes)
    for by, taken in (("mean", np.mean), ("max", np.max)):
        page = watched.open(f"#/compare?a={ids[a]}&b={ids[b]}&by={by}")
        for path in ("conv1", "conv2", "conv3"):
            values = held[path]
            own, other = taken(values[a], axis=(0, 1)), taken(values[b], axis=(0, 1))
            best = np.argsort(-np.abs(own - other), kind="stable")[:6]
            row = f"[data-layer='{path}']"
            channels = page.eval_on_selector_all(f"{row} [data-channel]", "all => all.map(x => +x.dataset.channel)")
            # Weights have sixteen bits in the page, so that two that are nearly as far apart may change places.
            apart = np.abs(own - other)
            np.testing.assert_allclose(apart[channels], apart[best], rtol=0.02)
            words = page.eval_on_selector_all(f"{row} .pair-words", "all => all.map(x => x.innerText)")
            for channel, text in zip(channels, words, strict=True):
                number, _, left, _, right = text.split()
                assert int(number) == channel
                assert shown(left) == pytest.approx(own[channel], rel=5e-3, abs=1e-3)
                assert shown(right) == pytest.approx(other[channel], rel=5e-3, abs=1e-3)
            ends = page.eval_on_selector_all(f"{row} .legend .ends span", "all => all.map(x => x.title)")
            most = max(values[a].max(), values[b].max())
            assert [shown(end) for end in ends] == pytest.approx([0, most], rel=2e-3)
            assert "both pictures" in page.inner_text(f"{row} .legend")
            # The brightest colour of both canvases is that of the same scale: no map is stretched to its own.
            darker = page.evaluate(
                """([cell]) => [...document.querySelectorAll(`${cell} canvas`)].map((c) => {
                     const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
                     let best = 0;
                     for (let i = 0; i < d.length; i += 4) best = Math.max(best, d[i + 1]);
                     return best;
                   })""",
                [f"{row} [data-channel='{channels[0]}']"],
            )
            peaks = [values[p][..., channels[0]].max() for p in (a, b)]
            assert (darker[0] > darker[1]) == (peaks[0] > peaks[1]) or abs(peaks[0] - peaks[1]) < 0.01 * most


def test_likeness_is_the_cosine_of_the_answers(visit, page_bytes, held):
    a, b = 5, 30
    ids = held.images.indices
    watched = visit(page_bytes)
    page = watched.open(f"#/compare?a={ids[a]}&b={ids[b]}")
    page.wait_for_selector(".alike .usual")
    rows = page.eval_on_selector_all(".alike tbody tr", "all => all.map(r => [...r.cells].map(c => c.innerText))")
    assert [row[0] for row in rows] == ["pixels", *held]

    def cosine(x: np.ndarray, y: np.ndarray) -> float:
        x, y = x.astype(np.float64).ravel(), y.astype(np.float64).ravel()
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    everything = {"pixels": held.images.pixels, **held.values}
    pairs = [(k * 30 // 12, k * 30 // 12 + 30) for k in range(12)]
    for name, _, value, usual in rows:
        values = everything[name]
        assert shown(value) == pytest.approx(cosine(values[a], values[b]), abs=2e-3), name
        assert shown(usual) == pytest.approx(np.median([cosine(values[i], values[k]) for i, k in pairs]), abs=3e-3)


def test_classes_are_pythons(visit, page_bytes, comparison):
    first = comparison.first
    watched = visit(page_bytes)
    page = watched.open("#/compare?of=classes&a=6&b=4")
    page.wait_for_selector(".profile")
    labels, said = first.images.labels, first.predicted
    rows = page.eval_on_selector_all(
        ".compare-classes table tbody tr", "all => all.map(r => [...r.cells].slice(1).map(c => +c.innerText))"
    )
    for row, own in zip(rows, (6, 4), strict=True):
        counts = [int(((labels == own) & (said == other)).sum()) for other in (6, 4)]
        assert row == [*counts, int((labels == own).sum()) - sum(counts), int((labels == own).sum())]
    wrong = page.get_attribute(".compare-classes tbody tr:nth-child(1) td:nth-child(2) a", "href")
    assert wrong == "#/images?true=6&pred=6"
    profile = first.layers["conv2"].profile
    apart = np.abs(profile[6] - profile[4])
    best = page.eval_on_selector_all(
        "[data-layer='conv2'] tbody tr",
        "all => all.map(r => [r.cells[0].innerText, r.cells[2].innerText, r.cells[3].innerText])",
    )
    assert [int(name.split()[1]) for name, _, _ in best] == np.argsort(-apart, kind="stable")[:6].tolist()
    for name, a, b in best:
        channel = int(name.split()[1])
        # Three digits are shown.
        assert shown(a) == pytest.approx(profile[6, channel], rel=5e-3)
        assert shown(b) == pytest.approx(profile[4, channel], rel=5e-3)
    unit = first.images.pixels[..., 0] / 255
    reach = np.abs(unit[labels == 6].mean(axis=0) - unit[labels == 4].mean(axis=0)).max()
    ends = page.eval_on_selector_all(".compare-means .ends span", "all => all.map(x => x.title).filter(Boolean)")
    assert [shown(end) for end in ends] == pytest.approx([-reach, reach], abs=1e-3)
    p = first.probabilities
    between = [i for i in np.argsort(np.abs(p[:, 6] - p[:, 4]), kind="stable") if p[i, 6] + p[i, 4] >= 0.5][:12]
    links = page.eval_on_selector_all(".pictures a", "all => all.map(x => x.getAttribute('href'))")
    assert links == [f"#/image/{first.images.indices[i]}" for i in between]


def test_something_else_leads_to_its_pictures(visit, page_bytes, comparison):
    labels, said = comparison.first.images.labels, comparison.first.predicted
    own = int(labels[np.flatnonzero(labels != said)[0]])
    other = next(i for i in range(10) if i != own and ((labels == own) & (said != own) & (said != i)).any())
    wanted = np.flatnonzero((labels == own) & (said != own) & (said != other))
    page = visit(page_bytes).open(f"#/compare?of=classes&a={own}&b={other}")
    page.locator(".compare-classes tbody tr:nth-child(1) td:nth-child(4) a").click(timeout=5000)
    page.wait_for_selector(".page-images")
    assert page.evaluate("location.hash") == f"#/images?true={own}&but={own}-{other}"
    assert f"{len(wanted)} of {len(labels)} pictures" in page.inner_text("main")
    names = comparison.first.model.class_names
    shown = page.locator("select >> nth=1").evaluate("box => box.selectedOptions[0].text")
    assert shown == f"not {names[own]}, not {names[other]}"


def test_without_profiles_the_page_computes_them(visit, held):
    """A page of activations knows of no other pictures than its own."""
    watched = visit(activations_page(held.take(range(20))))
    page = watched.open("#/compare?of=classes&a=1&b=2")
    page.wait_for_selector("[data-layer='conv1'] tbody tr")
    labels = held.images.labels[:20]
    means = [held["conv1"][:20][labels == c].mean(axis=(0, 1, 2)) for c in (1, 2)]
    best = page.inner_text("[data-layer='conv1'] tbody tr >> nth=0").split()
    channel = int(best[1])
    assert channel == int(np.abs(means[0] - means[1]).argmax())
    assert [shown(text) for text in best[2:]] == pytest.approx([m[channel] for m in means], rel=0.02)


def test_models_are_pythons(visit, page_bytes, comparison):
    page = visit(page_bytes).open()
    assert page.evaluate("location.hash") == "#/compare?of=models"
    assert comparison.accuracies is not None and comparison.table is not None
    figures = page.eval_on_selector_all(".findings .figure", "all => all.map(x => x.innerText)")
    expected = [*comparison.accuracies, comparison.agreement]
    assert [shown(figure) for figure in figures] == pytest.approx([100 * share for share in expected], abs=0.05)
    cells = page.eval_on_selector_all(".fourfold td", "all => all.map(x => +x.innerText.split(' ')[0])")
    assert cells == comparison.table.ravel().tolist()
    ids = comparison.first.images.indices
    film = page.eval_on_selector_all(".filmstrip button", "all => all.map(x => +x.dataset.position)")
    assert film == comparison.differing.tolist()[: len(film)] and film
    first = comparison.differing[0]
    shares = page.eval_on_selector_all(
        ".compare-bars tbody tr", "all => all.map(r => [r.cells[2].innerText, r.cells[3].innerText])"
    )
    for i, pair in enumerate(shares):
        for text, side in zip(pair, (comparison.first, comparison.second), strict=True):
            if not set("<>") & set(text):
                assert shown(text) == pytest.approx(100 * side.probabilities[first, i], abs=0.06)
    right = [comparison.first.right, comparison.second.right]
    labels = comparison.first.images.labels
    rows = page.eval_on_selector_all(
        ".differences tbody tr", "all => all.map(r => [...r.cells].slice(2).map(c => c.innerText))"
    )
    for number, row in enumerate(rows):
        a, b = (100 * r[labels == number].mean() for r in right)
        assert [shown(text) for text in row] == pytest.approx([a, b, a - b], abs=0.06)
    assert page.query_selector_all(".column-name")[1].inner_text() == "Bsmall"
    drawn = page.eval_on_selector_all(".page-compare .strip-map canvas", "all => all.filter(c => c.width > 1).length")
    assert drawn == len(comparison.first.layers) + 2
    page.click(".fourfold td a >> nth=1")
    until(page, "location.hash.includes('show=a')")
    only = np.flatnonzero(right[0] & ~right[1])
    film = page.eval_on_selector_all(".filmstrip button", "all => all.map(x => +x.dataset.position)")
    assert sorted(film) == only.tolist()
    page.click(".filmstrip button >> nth=1")
    assert f"image={ids[film[1]]}" in page.evaluate("location.hash")


def test_what_is_chosen_lives_in_the_address(visit, page_bytes, comparison):
    ids = [int(i) for i in comparison.first.images.indices]
    watched = visit(page_bytes)
    page = watched.open(f"#/compare?a={ids[2]}&b={ids[9]}")
    page.click("label:has-text('highest value')")
    page.click("label:has-text('conv2')")
    page.fill("[aria-label='Number of picture B']", str(ids[40]))
    page.keyboard.press("Tab")
    page.click("text=Swap A and B")
    wanted = f"#/compare?a={ids[40]}&b={ids[2]}&by=max&layer=conv2"
    assert page.evaluate("location.hash") == wanted
    assert page.inner_text("figcaption >> nth=0").split("\n")[1] == f"Picture {ids[40]}"
    assert len(page.query_selector_all(".pair-grid li:visible")) == 24
    page.wait_for_selector(".alike .usual")
    text = "document.querySelector('main').innerText"
    before = page.evaluate(text)
    page.reload()
    page.wait_for_selector(".alike .usual")
    assert page.evaluate(text) == before
    page.go_back()
    assert f"a={ids[2]}&b={ids[40]}" in page.evaluate("location.hash")
    page.keyboard.press("x")
    assert page.evaluate("location.hash") == wanted
    page.click("label:has-text('classes')")
    page.wait_for_selector(".compare-means")
    labels = comparison.first.images.labels
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a={labels[40]}&b={labels[2]}"
    page.select_option("select >> nth=1", "9")
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a={labels[40]}&b=9"
    page.click("text=Swap A and B")
    assert page.evaluate("location.hash") == f"#/compare?of=classes&a=9&b={labels[40]}"
    assert page.evaluate("document.title").startswith("Ankle boot and ")
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_selector("h1:has-text('Two pictures')")
    assert page.evaluate("location.hash") == wanted


def test_c_compares_a_picture_with_the_one_that_it_was_taken_for(visit, page_bytes, comparison):
    first = comparison.first
    ids = first.images.indices

    def surest_of_its_guess(picture: int) -> int:
        candidates = np.flatnonzero(first.right & (first.truth == first.predicted[picture]))
        return int(candidates[first.confidence[candidates].argmax()])

    # One after which there is another.
    wrong, best = next(
        (i, surest_of_its_guess(i)) for i in np.flatnonzero(~first.right) if surest_of_its_guess(i) + 1 < len(ids)
    )
    watched = visit(page_bytes)
    page = watched.open(f"#/image/{ids[wrong]}")
    page.keyboard.press("c")
    page.wait_for_selector(".page-compare")
    assert page.evaluate("location.hash") == f"#/compare?a={ids[wrong]}&b={ids[best]}"
    page.keyboard.press(">")
    assert page.evaluate("location.hash") == f"#/compare?a={ids[wrong]}&b={ids[best + 1]}"
    page.click("nav a:has-text('Layers')")
    page.wait_for_selector(".page-layer")
    assert f"image={ids[wrong]}" in page.evaluate("location.hash")
    page.keyboard.press("?")
    assert "compare" in page.inner_text("dialog")


@pytest.mark.slow
@each_theme
@each_size
def test_it_is_accessible_and_fits(visit, page_bytes, dark, size, screenshot):
    watched = visit(page_bytes, dark=dark, size=size)
    for of in ("pictures", "classes", "models"):
        page = watched.open(f"#/compare?of={of}")
        page.wait_for_selector({"pictures": ".alike .usual", "classes": ".profile", "models": ".fourfold"}[of])
        for summary in page.query_selector_all("summary"):
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], of
        assert violations(page) == [], of
        screenshot(page, f"compare-{of}-{'dark' if dark else 'light'}-{size[0]}")


def test_it_prints(visit, page_bytes, screenshot):
    watched = visit(page_bytes, dark=True)
    page = watched.open("#/compare")
    page.wait_for_selector(".alike .usual")
    page.emulate_media(media="print")
    assert not page.is_visible(".filmstrip >> nth=0") and not page.is_visible(".swap") and page.is_visible(".pair-grid")
    assert not page.is_visible(".id-field >> nth=0")
    screenshot(page, "compare-print")
    assert len(page.pdf()) > 10_000


def test_without_labels_classes_go_by_the_prediction(visit, comparison):
    first, second = (
        replace(side, images=replace(side.images, labels=None)) for side in (comparison.first, comparison.second)
    )
    bare = Comparison(first, second)
    watched = visit(build_page(Content(first, results=(bare,))).single())
    page = watched.open("#/compare?of=classes&a=6&b=4")
    assert "each counts for the class that the model says" in page.inner_text("main")
    assert page.query_selector(".compare-classes table") is None
    counts = [int((first.predicted == c).sum()) for c in (6, 4)]
    for i, count in enumerate(counts):
        assert f"mean of {count} picture" in page.inner_text(f".compare-means figcaption >> nth={i}")
    page = watched.open("#/compare?of=models")
    assert page.query_selector(".fourfold") is None and page.query_selector(".differences") is None
    assert "have no labels" in page.inner_text(".findings")
    assert f"{bare.agreement:.1%}".replace("%", "") in page.inner_text(".findings li >> nth=2")
    page = watched.open("#/compare")
    assert "wrong" not in page.inner_text(".compare-stage")


def test_without_labels_the_classes_most_often_chosen_together_are_compared(visit, held):
    bare = replace(held, images=replace(held.images, labels=None))
    order = np.argsort(-held.probabilities, axis=1, kind="stable")[:, :2]
    pairs, first, counts = np.unique(np.sort(order, axis=1), axis=0, return_index=True, return_counts=True)
    a, b = pairs[min(range(len(pairs)), key=lambda i: (-counts[i], first[i]))]
    page = visit(build_page(of_activations(bare)).single()).open("#/compare?of=classes")
    chosen = [int(select.input_value()) for select in page.locator(".compare-controls select").all()[:2]]
    assert chosen == [a, b] != [0, 1]


@pytest.mark.slow
def test_a_thousand_classes(visit, mlp):
    watched = visit(activations_page(mlp), size=(360, 800))
    page = watched.open("#/compare")
    assert len(page.query_selector_all(".compare-bars tbody tr")) in (11, 12)
    page = watched.open("#/compare?of=classes&a=999&b=5")
    page.wait_for_selector(".profile")
    assert len(page.query_selector_all("select >> nth=0 >> option")) == 1000
    assert page.evaluate("document.querySelector('select').value") == "999"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page = watched.open("#/compare?of=classes&a=999&b=6")
    page.wait_for_selector("text=There is no picture of class number 6")


def test_one_picture_has_nothing_to_be_held_against(visit, hostile, comparison):
    watched = visit(activations_page(hostile))
    assert watched.open("#/").query_selector("nav a:has-text('Compare')") is None
    assert "no page" in watched.open("#/compare").inner_text("main")
    one = Comparison(comparison.first.take([0]), comparison.second.take([0]))
    # The answers of the channels are of all pictures, so they are no part of it.
    watched = visit(build_page(Content(one.first, results=(one,))).single())
    assert "only one picture" in watched.open("#/compare?of=pictures").inner_text("main")
    assert watched.open("#/compare").inner_text("h1") == "Two classes"


def test_a_page_of_one_model_says_how_to_compare_two(visit, held):
    watched = visit(activations_page(held.take(range(4))))
    page = watched.open("#/compare?of=models")
    assert "cnnviz compare A B" in page.inner_text("main")
    assert "cnnviz heatmap --method A" in watched.open("#/compare?of=methods").inner_text("main")
    assert "not “colours”" in watched.open("#/compare?of=colours").inner_text("main")


@each_size
def test_hostile_names_are_text(visit, hostile, size, screenshot):
    """Signed maps, no network, no labels, two pictures."""
    double = Activations(
        replace(hostile.images, pixels=np.concatenate([hostile.images.pixels] * 2), indices=None, names=(HOSTILE, "b")),
        hostile.model,
        np.array([[0.7, 0.3], [0.2, 0.8]], np.float32),
        values={path: np.concatenate([v, -0.5 * v]) for path, v in hostile.values.items()},
    )
    both = Comparison(double, double)
    content = Content(double, maps=double, results=(both,))
    watched = visit(build_page(content).single(), size=size)
    for of in ("pictures", "classes", "models"):
        page = watched.open(f"#/compare?of={of}")
        for summary in page.query_selector_all("summary"):
            summary.click()
        assert page.query_selector("img") is None and HOSTILE[:8] in page.inner_text("main")
        assert violations(page) == [], of
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], of
        screenshot(page, f"compare-hostile-{of}-{size[0]}")
    page = watched.open("#/compare")
    low, _, high = page.eval_on_selector_all(".strip-row >> nth=0 >> .ends span", "all => all.map(x => x.innerText)")
    assert shown(low) == -shown(high) < 0


def test_the_second_network_is_left_out_with_the_reason(visit, comparison, monkeypatch):
    shifted = replace(
        comparison.second, images=replace(comparison.second.images, pixels=255 - comparison.second.images.pixels)
    )
    made = Comparison(comparison.first, shifted)
    watched = visit(build_page(Content(made.first, results=(made,))).single())
    page = watched.open("#/compare?of=models")
    assert "was given the pictures in another form than they have here" in page.inner_text("main")
    assert page.query_selector_all(".strip-map canvas")


def test_where_only_some_pictures_have_maps_these_are_offered(visit, held):
    content = Content(
        cnnviz.Predictions(held.images, held.model, held.probabilities), maps=held.take([4, 9, 20]), mapped=[4, 9, 20]
    )
    watched = visit(build_page(content).single())
    ids = held.images.indices
    page = watched.open(f"#/compare?a={ids[4]}")
    assert len(page.query_selector_all(".filmstrip >> nth=0 >> button")) == 3
    assert len(page.query_selector_all(".pair-grid li")) == 30
    page = watched.open(f"#/compare?a={ids[4]}&b={ids[5]}")
    assert page.is_visible("text=Maps are stored for 3 pictures only") and not page.is_visible(".pair-grid >> nth=0")
