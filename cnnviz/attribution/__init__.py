"""Where in an image a score came from: one method a file, all called the same way."""
