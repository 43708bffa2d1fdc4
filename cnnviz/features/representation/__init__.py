"""The shape of what a layer says: how sparse, of how many dimensions, how alike to another layer, and as a map."""
