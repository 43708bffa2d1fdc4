"""``#/``: the overview, with up to three findings."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.features.predictions import Predictions
from cnnviz.reports.evaluation.labels import LabelEvaluation
from cnnviz.reports.evaluation.regression import RegressionEvaluation
from cnnviz.reports.evaluation.result import Evaluation

from ..content import Content
from ..dead_channels import dead_by_layer, looked_at
from ..quantize import Blobs
from ..section import PAGES, Section
from ..words import certainty, class_name, counted, image_ids, image_link, layer_link


def entry(content: Content, blobs: Blobs) -> dict[str, Any]:
    """Return the findings, most important first; none while the input scaling is an assumption.

    Those on predictions also wait for the meaning of the output.
    """
    model = content.predictions.model
    if not model.scale_settled:
        return {"findings": []}
    found = [_dead_channels(content)]
    if model.head_settled and (evaluated := _evaluated(content)):
        found = [evaluated, *found]
    # Of labels that do not exclude each other no decision is close, and the highest is no prediction.
    elif model.has_classes and model.head_settled and model.head != "multilabel":
        found = [_right(_all_predictions(content)), *found, _closest_decision(content.predictions)]
    return {"findings": [finding for finding in found if finding]}


def _evaluated(content: Content) -> dict[str, Any] | None:
    """Return the key figure of an evaluation of labels, or of the first number of a regression."""
    if (labels := content.find(LabelEvaluation)) is not None:
        mean = labels.mean_average_precision
        if np.isnan(mean):
            return None
        text = f"is the mean average precision of {counted(len(labels.model.class_names), 'label')}."
        return _finding(certainty(mean), text, "#/labels")
    if (numbers := content.find(RegressionEvaluation)) is not None:
        name, error = numbers.model.output_names[0], numbers.figures.mae[0].value
        return _finding(f"{error:.4g}", f"is the mean absolute error of {name}.", "#/regression")
    return None


def _all_predictions(content: Content) -> Predictions:
    """Return the predictions for all images, since the selection on the page is biased toward mistakes."""
    held = content.find(Evaluation)
    return held if held is not None and len(held) > len(content.predictions) else content.predictions


def _finding(figure: str, text: str, link: str | None) -> dict[str, Any]:
    return {"figure": figure, "text": text, "link": link}


def _right(result: Predictions) -> dict[str, Any] | None:
    labels, n = result.truth, len(result)
    if labels is None:
        mean = float(result.probabilities.max(axis=1).mean())
        text = "is the mean confidence; these images have no labels to compare with."
        return _finding(certainty(mean), text, None)
    wrong = np.flatnonzero(result.predicted != labels)
    if not len(wrong):
        text = "The image is classified correctly." if n == 1 else "All images are classified correctly."
        return _finding(f"{n:,} of {n:,}", text, None)
    # The most confident mistake is the most informative.
    worst = wrong[result.probabilities.max(axis=1)[wrong].argmax()]
    sure = certainty(float(result.probabilities[worst].max()))
    said, true = class_name(result, result.predicted[worst]), class_name(result, labels[worst])
    text = f"images are classified correctly. Most confident mistake: {true} mistaken for {said}, {sure}."
    return _finding(f"{n - len(wrong):,} of {n:,}", text, image_link(result, int(worst)))


def _dead_channels(content: Content) -> dict[str, Any] | None:
    counts = [(len(dead), layer) for layer, dead in dead_by_layer(content)]
    if not counts:
        return None
    most, layer = max(counts, key=lambda pair: pair[0] / pair[1].channels)
    count = looked_at(content)
    images = "this image" if count == 1 else f"all {count:,} images"
    if not most:
        held = "the layer" if len(counts) == 1 else f"the {len(counts)} layers"
        return _finding("0", f"No channel of {held} shown is dead on {images}.", layer_link(layer))
    what = "channels" if layer.spatial else "units"
    more = "" if len(counts) == 1 else ", the highest share of any layer shown"
    text = f"{what} of {layer.path} {'is' if most == 1 else 'are'} dead on {images}{more}."
    return _finding(f"{most:,} of {layer.channels:,}", text, layer_link(layer))


def _closest_decision(result: Predictions) -> dict[str, Any] | None:
    if result.probabilities.shape[1] < 2:
        return None
    ranked = np.sort(result.probabilities, axis=1)
    closest = int((ranked[:, -1] - ranked[:, -2]).argmin())
    first, second = np.argsort(-result.probabilities[closest], kind="stable")[:2]
    runner_up = certainty(float(result.probabilities[closest, second]))
    text = (
        f"is the closest decision: image {image_ids(result)[closest]}, {class_name(result, first)} "
        f"vs {class_name(result, second)} {runner_up}."
    )
    if len(result) == 1:
        text = f"for {class_name(result, first)}; second is {class_name(result, second)}, {runner_up}."
    return _finding(certainty(float(ranked[closest, -1])), text, image_link(result, closest))


OVERVIEW = Section("overview", PAGES / "overview.js", entry)
