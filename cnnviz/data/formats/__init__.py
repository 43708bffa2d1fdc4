"""File formats of image sets: one module per format, all of them in the table of ``readers.py``."""
