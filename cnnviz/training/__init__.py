"""Building and training the networks that cnnviz bundles."""
