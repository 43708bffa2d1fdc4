"""How good a classifier is, how sure one can be of that, and where it goes wrong: one idea a file."""
