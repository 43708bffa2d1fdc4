"""Building and training networks."""
