"""Layers, classes, files and metrics whose names every JavaScript object already has, such as "constructor"."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import cnnviz
from cnnviz.data.images import Images
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.evaluation_page import evaluation_of
from cnnviz.gallery.page_file import Page
from cnnviz.gallery.pages import report_page
from cnnviz.models.probe import Probe
from tests.helpers.page_data import data_of
from tests.helpers.sweeps import slow

from .waiting import until

pytestmark = pytest.mark.browser

#: Names of Object.prototype. TensorFlow runs no layer called __proto__; a class, a file or a metric may be called so.
NAMES = ("__proto__", "constructor", "hasOwnProperty", "toString", "valueOf")
LAYERS = ("constructor", "toString", "hasOwnProperty", "valueOf", "propertyIsEnumerable")
#: Routes that only a choice on a page leads to.
CHOSEN = ("#/compare?of=classes", "#/compare?of=models", "#/compare?of=methods", "#/compare?of=layers", "#/evaluation")
#: What an address may ask for though nothing has this name.
ASKED = (
    "#/embedding?map=constructor",
    "#/compare?of=models&show=constructor",
    "#/compare?of=constructor",
    "#/images?sort=toString&heat=constructor&layout=valueOf&scale=__proto__&__proto__=1",
    "#/layer/isPrototypeOf",
    "#/deconv/toString?n=constructor&scale=valueOf",
    "#/data?at=constructor&face=toString&of=valueOf",
)


def images_called_so() -> Images:
    """Forty images with a bright stripe for each of five classes, under these names."""
    labels = np.arange(40) % 5
    pixels = np.random.default_rng(0).integers(0, 120, (40, 12, 12, 1)).astype(np.uint8)
    for i, label in enumerate(labels):
        pixels[i, 2 * label : 2 * label + 3] += 100
    return Images(pixels, labels, NAMES, source="constructor", names=tuple(NAMES[label] for label in labels))


def model_called_so(kind: str) -> Probe:
    """A small network of this kind, whose layers have these names."""
    import keras

    keras.utils.set_random_seed(3)
    named = iter(LAYERS)
    entry = keras.Input((12, 12, 1))
    layers = [
        keras.layers.Conv2D(4, 3, activation="relu", name=next(named)),
        keras.layers.MaxPooling2D(name=next(named)),
        keras.layers.Conv2D(6, 3, activation="relu", name=next(named)),
        keras.layers.Flatten(name=next(named)),
        keras.layers.Dense(5, activation="softmax", name=next(named)),
    ]
    if kind == "sequential":
        model = keras.Sequential([entry, *layers])
    else:
        out = entry
        for layer in layers:
            out = layer(out)
        model = keras.Model(entry, out)
    return cnnviz.wrap(model, scale="0-1", class_names=NAMES, name="__proto__")


def page_of(probe: Probe, images: Images, full: bool) -> Page:
    """A report on one layer and a second model; if ``full`` on all layers, with all that such a model can have."""
    compared = cnnviz.compare(probe, images, other=probe)
    two = (compared, *evaluation_of(compared.first, compared.second))
    if not full:
        return report_page(cnnviz.report(probe, images, "hasOwnProperty", include=()), further=two)
    report = cnnviz.report(probe, images, include=("statistics", "embedding", "similarity"))
    filters = cnnviz.filters(probe, images, include=("reconstruct", "maximize", "ablate"))
    heats = cnnviz.heatmaps(probe, images, ["grad-cam", "saliency"])
    return report_page(report, further=(filters, *filters.companions, heats, *two))


def go(page, route: str) -> str:
    """Follow a route within the page and return what it shows."""
    page.evaluate("route => { location.hash = route; }", route)
    until(page, "document.getElementById('main').dataset.shows === location.hash")
    return page.inner_text("main h1") + "\n" + page.text_content("main")


def crawl(page, *chosen: str) -> dict[str, str]:
    """Follow every kind of link that the page has, each once, and return what is shown where, with N for numbers."""
    todo, shown = ["#/", *chosen], {}
    while todo:
        route = todo.pop(0)
        kind = re.sub(r"\d+", "N", route)
        if kind in shown:
            continue
        shown[kind] = go(page, route)
        todo += page.eval_on_selector_all("a[href^='#/']", "all => all.map(a => a.getAttribute('href'))")
    return shown


def broken(shown: dict[str, str]) -> dict[str, str]:
    """What is not a view: a fault, or nothing."""
    faults = ("could not be shown", "There is no page")
    return {route: text[:200] for route, text in shown.items() if len(text) < 40 or any(one in text for one in faults)}


#: Names that are markup, script, a template, a command of a terminal, or of the other direction; none has a "/".
MARKUP = (
    "<img src=x onerror=window.hit=1>",
    "\"'><svg onload=window.hit=1>",
    "<script>window.hit=1<\\script>",
    "${window.hit=1}`{{hit}}&lt;b&gt;&amp;",
    "\u202egnp.\x1b[2J \u2028" + "wide " * 30,
)
#: What the layers are called in the model; TensorFlow runs none of the names above, so that the page's data get them.
STANDINS = tuple(f"standin{letter}" for letter in "abcde")


@pytest.mark.slow
def test_markup_in_every_name_stays_text_on_seventy_routes(visit, monkeypatch) -> None:
    monkeypatch.setitem(globals(), "NAMES", MARKUP)
    monkeypatch.setitem(globals(), "LAYERS", STANDINS)
    made = page_of(model_called_so("functional"), images_called_so(), full=True).single()
    for standin, name in zip(STANDINS, MARKUP, strict=True):
        escaped = json.dumps(name)[1:-1]
        for sign in "<>&":
            escaped = escaped.replace(sign, f"\\u{ord(sign):04x}")
        made = made.replace(standin.encode(), escaped.encode())
    page = visit(made).open("#/")
    elements = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/.test(a.name)))"
    before = page.evaluate("document.scripts.length")
    shown = crawl(page, *CHOSEN)
    assert len(shown) >= 70 and broken(shown) == {}
    # What these names ask for did not happen, and is nowhere in the page as elements; `visit` asks for errors.
    assert page.evaluate("window.hit") is None and page.evaluate(f"{elements}.length") == 0
    assert page.evaluate("document.scripts.length") == before
    layers = [text for route, text in shown.items() if route.startswith("#/layer/")]
    assert {name for name in MARKUP[:4] if any(name in text for text in layers)} == set(MARKUP[:4])


@pytest.mark.parametrize("kind", ["functional", *slow("sequential")])
def test_no_name_breaks_a_route(visit, saved, kind: str) -> None:
    images = images_called_so()
    full = kind == "sequential"
    made = page_of(model_called_so(kind), images, full).single()
    # Python's dictionaries by name reach the page whole.
    sections = data_of(made)["sections"]
    assert set(sections["layer"]["overall"]) >= ({"constructor", "toString"} if full else set()) | {"hasOwnProperty"}
    page = visit(made).open("#/")
    shown = crawl(page, *CHOSEN)
    assert len(shown) > (60 if full else 40) and broken(shown) == {}
    for layer in ("constructor", "toString", "hasOwnProperty", "propertyIsEnumerable"):
        assert shown[f"#/layer/{layer}"].startswith(f"{layer}\n")
    assert {name for name in NAMES if name in shown["#/evaluation"]} == set(NAMES)
    # A page that takes an address's word for a key of an object breaks here.
    assert [route for route in ASKED if "could not be shown" in go(page, route)] == []
    go(page, "#/")
    _, document = saved(page, "JSON")
    assert set(json.loads(document)["silent"]) == {"constructor", "toString", "hasOwnProperty", "propertyIsEnumerable"}


def test_a_layer_and_a_metric_may_be_called_proto(visit, result: Activations) -> None:
    """As in results that Keras did not make: every layer has such a name, and so has a metric of some epochs."""
    layers = result.model.layers
    names = (*NAMES, *(f"__{name}__" for name in NAMES))
    called = dict(zip((layer.path for layer in layers), names, strict=False)) | {"": ""}
    history = (
        {"epoch": 1, "loss": 1.0, "constructor": 0.5},
        {"epoch": {"constructor": 1}, "loss": 0.5, "__proto__": 0.25},
    )
    card = replace(
        result.model,
        layers=tuple(
            replace(layer, path=called[layer.path], inputs=tuple(called[one] for one in layer.inputs))
            for layer in layers
        ),
        about={"__proto__": {"constructor": 1}, "toString": "x", "seed": {"valueOf": 3}},
        history=history,
    )
    kept = ("conv2", "pool2", "dense1")
    odd = Activations(result.images, card, result.probabilities, values={called[path]: result[path] for path in kept})
    page = visit(activations_page(odd)).open("#/")
    shown = crawl(page)
    assert broken(shown) == {}
    headed = {path: shown[f"#/layer/{called[path]}"].split("\n")[0] for path in kept}
    assert headed == {path: called[path] for path in kept}
    assert all(fact in shown["#/"] for fact in ("proto  constructor 1", "toStringx", "random seedvalueOf 3"))
