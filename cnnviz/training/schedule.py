"""The learning rate at each step."""

from __future__ import annotations

import math

from .recipe import TrainingRecipe


def rate_at(recipe: TrainingRecipe, step: int, steps: int) -> float:
    """Return the learning rate of step 0…``steps`` - 1 by the recipe's schedule."""
    peak = recipe.peak_rate
    if recipe.schedule == "constant":
        return peak
    if recipe.schedule == "steps":
        return peak / 10 ** ((step >= steps / 2) + (step >= 3 * steps / 4))
    rise = steps // 10 if recipe.schedule == "one-cycle" else 0
    if step < rise:
        return peak * (step + 1) / rise
    return peak * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
