"""Reports on a model, a data set or a training run, as plain data."""
