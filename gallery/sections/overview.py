"""``#/``: what this is, and the three things that one should know first."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.predictions import Predictions
from cnnviz.reports.evaluation.result import Evaluation

from ..content import Content
from ..dead_channels import dead_by_layer, looked_at
from ..quantise import Blobs
from ..section import PAGES, Section
from ..words import certainty, class_name, layer_link, picture_ids, picture_link


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the findings, most important first."""
    found = [_right(_all_answers(content)), _dead_channels(content), _confusion(content.predictions)]
    return {"findings": [finding for finding in found if finding]}


def _all_answers(content: Content) -> Predictions:
    """The answers to all images, of which the page may have room for some only: those would make it look worse."""
    held = content.find(Evaluation)
    return held if held is not None and len(held) > len(content.predictions) else content.predictions


def _finding(figure: str, text: str, link: str | None) -> dict[str, Any]:
    return {"figure": figure, "text": text, "link": link}


def _right(result: Predictions) -> dict[str, Any] | None:
    labels, n = result.truth, len(result)
    if labels is None:
        mean = float(result.probabilities.max(axis=1).mean())
        text = "is how sure the model is on average; these images have no labels to hold it against."
        return _finding(certainty(mean), text, None)
    wrong = np.flatnonzero(result.predicted != labels)
    if not len(wrong):
        text = "The image is recognised." if n == 1 else "All images shown here are recognised."
        return _finding(f"{n:,} of {n:,}", text, None)
    # The wrong image that the model was surest of teaches most.
    worst = wrong[result.probabilities.max(axis=1)[wrong].argmax()]
    sure = certainty(float(result.probabilities[worst].max()))
    said, true = class_name(result, result.predicted[worst]), class_name(result, labels[worst])
    text = f"images are recognised. The surest mistake: {true} taken for {said}, {sure}."
    return _finding(f"{n - len(wrong):,} of {n:,}", text, picture_link(result, int(worst)))


def _dead_channels(content: Content) -> dict[str, Any] | None:
    counts = [(len(dead), layer) for layer, dead in dead_by_layer(content)]
    if not counts:
        return None
    most, layer = max(counts, key=lambda pair: pair[0] / pair[1].channels)
    count = looked_at(content)
    pictures = "this image" if count == 1 else f"all {count:,} images"
    if not most:
        held = "the layer" if len(counts) == 1 else f"the {len(counts)} layers"
        return _finding("0", f"No channel of {held} held here is dead on {pictures}.", layer_link(layer))
    what = "channels" if layer.spatial else "units"
    more = "" if len(counts) == 1 else ", a larger share than in any other layer held here"
    text = f"{what} of {layer.path} {'is' if most == 1 else 'are'} dead on {pictures}{more}."
    return _finding(f"{most:,} of {layer.channels:,}", text, layer_link(layer))


def _confusion(result: Predictions) -> dict[str, Any] | None:
    if result.probabilities.shape[1] < 2:
        return None
    ranked = np.sort(result.probabilities, axis=1)
    closest = int((ranked[:, -1] - ranked[:, -2]).argmin())
    first, second = np.argsort(-result.probabilities[closest], kind="stable")[:2]
    runner_up = certainty(float(result.probabilities[closest, second]))
    text = (
        f"is the closest call: image {picture_ids(result)[closest]}, {class_name(result, first)} "
        f"before {class_name(result, second)}, {runner_up}."
    )
    if len(result) == 1:
        text = f"for {class_name(result, first)}; next comes {class_name(result, second)}, {runner_up}."
    return _finding(certainty(float(ranked[closest, -1])), text, picture_link(result, closest))


OVERVIEW = Section("overview", PAGES / "overview.js", entry)
