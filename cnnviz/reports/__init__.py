"""What a model, a data set or a run comes to: results put together, as plain data."""
