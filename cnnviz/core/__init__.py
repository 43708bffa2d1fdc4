"""Shared foundations: errors, names, hashes, files. Depends on NumPy only."""
