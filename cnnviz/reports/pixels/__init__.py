"""What is in the pixels of a set of pictures, before any model."""
