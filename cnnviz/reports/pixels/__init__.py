"""What is in the pixels of a set of images, before any model."""
