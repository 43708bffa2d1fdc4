"""Summary for notebooks."""
