"""Augmentation: images shifted, rotated, scaled, flipped, changed in brightness or partly covered."""
