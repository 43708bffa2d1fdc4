"""The trained network as data, for the page that runs it."""
