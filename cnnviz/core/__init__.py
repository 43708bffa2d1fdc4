"""What every room of the house uses: errors, names, hashes, files. NumPy only."""
