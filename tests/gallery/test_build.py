import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import jsonschema
import numpy as np
import pytest

from cnnviz.core.errors import UsageError
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import of_activations
from cnnviz.gallery.contract import ContractError, check, plain, schema

from .nets import HOSTILE


class Elements(HTMLParser):
    """The elements of a page, as a browser would find them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def data_of(page: bytes) -> dict:
    match = re.search(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert match
    return json.loads(match[1])


def test_ten_pictures_of_one_layer_stay_below_800_kb(result):
    for path in ("conv1", "conv2"):
        one = Activations(result.images, result.model, result.probabilities, values={path: result[path]})
        assert len(activations_page(one)) <= 800_000


@pytest.mark.slow
def test_same_result_same_bytes_in_other_processes(tmp_path):
    code = (
        "import hashlib; from tests.gallery.nets import mlp_result, hostile_result; "
        "from cnnviz.gallery import activations_page as p, activations_sheet as s, to_png, summary_html; "
        "r = hostile_result(); b = p(mlp_result()) + p(r) + to_png(s(r, r.layers[0].path)) + summary_html(r).encode(); "
        "print(hashlib.sha256(b).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(digests) == 1


def test_names_are_data_and_never_markup(hostile):
    page = activations_page(hostile).decode()
    tags = [tag for tag, _ in Elements(page).found]
    assert "img" not in tags and "b" not in tags
    assert page.count("<script") == page.count("</script>") == 5 + len(hostile.layers)
    assert HOSTILE not in page
    data = data_of(page.encode())
    assert data["model"]["name"] == HOSTILE
    assert data["model"]["about"][HOSTILE][HOSTILE] is None


def test_no_inline_handlers_or_styles_and_nothing_to_fetch(result):
    found = Elements(activations_page(result).decode()).found
    attributes = [name for _, attrs in found for name in attrs]
    assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")]
    policy = next(attrs["content"] for tag, attrs in found if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy


def test_the_page_opens_where_it_is_told(conv2):
    assert data_of(activations_page(conv2, start="#/layer/conv2"))["start"] == "#/layer/conv2"
    assert data_of(activations_page(conv2))["start"] == "#/"
    with pytest.raises(UsageError, match="route"):
        activations_page(conv2, start="https://example.org")


def test_too_heavy_a_page_becomes_a_folder_whole_or_not_at_all(conv2, tmp_path):
    page = build_page(of_activations(conv2), limit=50_000)
    with pytest.raises(UsageError, match="would be over 25 MB as one file"):
        page.single()
    written = page.write(tmp_path / "conv2.html")
    assert written == tmp_path / "conv2" / "index.html"
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == [
        "conv2/data/0.js", "conv2/data/1.js", "conv2/data/2.js", "conv2/index.html",
    ]  # fmt: skip
    assert len(written.read_bytes()) < 400_000
    before = written.stat().st_mtime_ns
    assert page.write(tmp_path / "conv2.html", force=False) == written and written.stat().st_mtime_ns == before
    other = build_page(of_activations(conv2), limit=50_000, title="another")
    with pytest.raises(UsageError, match="exists and differs; pass --force"):
        other.write(tmp_path / "conv2.html", force=False)
    other.write(tmp_path / "conv2.html")
    assert b"another" in written.read_bytes()
    (tmp_path / "conv2" / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match=r"holds thesis\.docx, which is not part of a page"):
        page.write(tmp_path / "conv2.html")
    assert [p.name for p in tmp_path.iterdir()] == ["conv2"]


def test_a_page_in_a_folder_loads_its_pieces_when_they_are_wanted(visit, chromium, conv2, tmp_path):
    written = build_page(of_activations(conv2), limit=50_000).write(tmp_path / "conv2.html")
    requests, faults = [], []
    tab = chromium.new_page()
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: faults.append(message.text))
    tab.goto(written.as_uri() + "#/about")
    tab.wait_for_selector(".page-about")
    assert [url.rsplit("/", 2)[-2:] for url in requests[1:]] == [["data", "0.js"], ["data", "1.js"]]
    tab.goto(written.as_uri() + "#/layer/conv2")
    tab.wait_for_selector("h1:has-text('conv2')")
    assert requests[-1].endswith("data/2.js") and faults == []
    (written.parent / "data" / "2.js").unlink()
    tab.reload()
    tab.wait_for_selector("text=data/2.js is missing; keep it in the same folder as this page")
    tab.close()


def test_findings_say_what_is_so(result):
    findings = data_of(activations_page(result))["sections"]["overview"]["findings"]
    assert [finding["figure"] for finding in findings[:1]] == ["8 of 10"]
    assert "taken for" in findings[0]["text"]
    assert findings[1]["text"].startswith(("channels of ", "units of "))
    assert data_of(activations_page(result))["sections"]["layer"]["silent"]["conv2"] == [11, 40]


def test_numbers_of_pictures_are_those_of_the_set_when_unique(conv2):
    ids = data_of(activations_page(conv2))["pictures"]["ids"]
    assert ids == conv2.images.indices.tolist()
    doubled = conv2.images.take([3, 3])
    values = {"conv2": conv2["conv2"][[3, 3]]}
    twice = Activations(doubled, conv2.model, conv2.probabilities[[3, 3]], values=values)
    assert data_of(activations_page(twice))["pictures"]["ids"] == [0, 1]


@pytest.mark.parametrize("name", ["result", "hostile", "mlp"])
def test_the_data_keeps_the_contract_of_json_schema(name, request):
    data = data_of(activations_page(request.getfixturevalue(name)))
    jsonschema.Draft202012Validator(schema()).validate(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("start"), "page lacks 'start'"),
        (lambda d: d.update(schema_version=1), "page.schema_version is 1, not 2"),
        (lambda d: d.update(extra=1), "page has an unknown 'extra'"),
        (lambda d: d["maps"][0].update(height=0), r"page.maps\[0\].height is 0, below 1"),
        (lambda d: d["maps"][0].update(signed=1), r"page.maps\[0\].signed is int, not boolean"),
        (lambda d: d["model"]["layers"][0].update(stride=[1]), "stride has 1 items"),
        (lambda d: d["pictures"].update(channels=17), "channels is 17, not one of"),
    ],
)
def test_what_breaks_the_contract_is_named(conv2, change, message):
    data = data_of(activations_page(conv2))
    check(data)
    change(data)
    with pytest.raises(ContractError, match=message):
        check(data)


def test_plain_makes_json_of_what_cards_may_hold():
    held = {"a": np.float32("nan"), 1: (np.int64(3), {2.5, 1.5}), "b": np.array([1.5]), "c": object}
    assert plain(held) == {"a": None, "1": [3, [1.5, 2.5]], "b": [1.5], "c": "<class 'object'>"}
