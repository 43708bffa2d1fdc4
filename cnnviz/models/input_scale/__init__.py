"""Input scaling: what a model does to its pixels, and which pixel values it was trained on."""
