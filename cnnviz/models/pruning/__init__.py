"""A smaller Keras model: channels really removed, kernels cut, everything that follows made to fit."""
