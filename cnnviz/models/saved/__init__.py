"""Readers of saved models, and the code they share."""
