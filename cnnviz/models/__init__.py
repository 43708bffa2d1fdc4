"""Open a trained Keras model and ask it questions, without ever changing it."""
