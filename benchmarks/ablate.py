"""Removing all filters of the bundled network, one by one and in orders, on 1,000 images."""

from __future__ import annotations

import time

import numpy as np

import cnnviz
from cnnviz.ablation.masked_accuracy import Bench
from cnnviz.ablation.taylor_scores import taylor_and_means
from cnnviz.models.filter_layers import filter_layers


def main() -> None:
    probe, sample = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")
    inputs, labels = probe.inputs(sample), sample.labels
    assert labels is not None
    layers = filter_layers(probe.runner)
    probe.logits(inputs[:8])
    begun = time.perf_counter()
    bench = Bench(probe, inputs, labels)
    for layer in layers:
        bench.one_by_one(layer, np.zeros(layer.count, np.float32))
    zero = time.perf_counter() - begun
    means = taylor_and_means(probe, inputs, labels, layers)
    for layer in layers:
        bench.one_by_one(layer, means[layer.path][1])
    both = time.perf_counter() - begun
    count = sum(layer.count for layer in layers)
    print(
        f"{count} filters one by one on {len(sample):,} images: {zero:.1f} s to zero, {both:.1f} s with means",
        flush=True,
    )
    begun = time.perf_counter()
    cnnviz.ablate(probe, sample)
    whole = time.perf_counter() - begun
    print(f"cnnviz.ablate with its curves and 5 random orders: {whole:.1f} s")


if __name__ == "__main__":
    main()
