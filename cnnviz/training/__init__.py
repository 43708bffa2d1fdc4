"""Build and train networks."""
