"""Which attribution methods can be believed on a model and its images."""
