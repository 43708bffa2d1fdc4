"""What a layer, a filter, a channel responds to."""
