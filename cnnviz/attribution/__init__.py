"""Where in a picture a score came from: one method a file, all called the same way."""
