"""What a filter, a neuron or a class would like to see best: images made for it from nothing."""
