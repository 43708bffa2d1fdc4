"""What a filter, a neuron or a class would like to see best: pictures made for it from nothing."""
