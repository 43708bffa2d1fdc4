"""Report on a data set without a model: pixel statistics, and images to check."""
