"""Drawing of the network as a layered graph."""
