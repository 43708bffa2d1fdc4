"""More pictures from those that there are: moved, turned, scaled, flipped, darkened, hidden in part."""
