"""Open trained Keras models and inspect them without changing them."""
