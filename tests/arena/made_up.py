"""An arena that nobody ran: two problems and a few methods with scores as they might be."""

from __future__ import annotations

import numpy as np

from cnnviz.arena.result import Arena, Scores, Solved


def made_up_arena() -> Arena:
    """Return an arena of a shortcut and an exclusive or, three methods and two controls."""
    rng = np.random.default_rng(7)
    truth = np.zeros((8, 8), bool)
    truth[4:6, 4:6] = True
    problems = tuple(
        Solved(name, title, "Words about it.", "precision", True, 0.9, True, 12, 4 / 64, {"changed": 0.4}, image, truth)
        for name, title, image in (
            ("shortcut", "Planted shortcut", rng.integers(0, 256, (8, 8, 1), dtype=np.uint8)),
            ("xor-white", "Exclusive or, white", rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)),
        )
    )
    means = {"grad-cam": 0.3, "saliency": 0.8, "rise:masks=40": 0.6, "random": 0.06, "edges": 0.3}
    scores = tuple(
        Scores(
            problem.name,
            method,
            method.title(),
            method in ("random", "edges"),
            precision=(mean + rng.uniform(-0.05, 0.05, 12)).astype(np.float64),
            mass=rng.random(12),
            pointing=(rng.random(12) < mean).astype(np.float64),
            example=rng.integers(0, 256, (8, 8), dtype=np.uint8),
            seconds=0.5,
        )
        for problem in problems
        for method, mean in means.items()
    )
    return Arena(problems, scores, count=12, seed=0, left_out=("A method does not run on a problem: no reason",))
