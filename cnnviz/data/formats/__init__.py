"""File formats of image sets: one reader per format."""
