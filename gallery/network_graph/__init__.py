"""An image of the network: its layers as a graph, laid out from what feeds what."""
