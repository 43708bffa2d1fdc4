"""A data set before any model: what is in its pixels, what deserves a second look, in words and numbers."""
