"""Numbers about each filter of a layer: of its kernel, of what it answers, and of how it stands among the others."""
