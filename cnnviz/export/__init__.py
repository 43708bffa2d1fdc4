"""Export of the trained network as data, for the page that runs it."""
