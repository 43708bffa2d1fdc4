"""Opening and inspecting trained Keras models, without changing them."""
