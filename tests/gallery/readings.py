"""Read numbers back from what a page shows."""

from __future__ import annotations


def number(text: str) -> float:
    """A number as a page writes it: with a minus sign, thin spaces, a share in percent, or a bound that it is below."""
    return float(text.replace("−", "-").replace("\u202f", "").strip("%<> "))
