"""Readers of objects that a notebook holds: datasets of other libraries, generators, lists and Pillow's images."""
