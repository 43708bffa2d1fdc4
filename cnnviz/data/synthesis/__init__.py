"""Synthetic images: digits drawn from fonts."""
