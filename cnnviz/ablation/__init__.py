"""Filter ablation: the cost of each filter alone, and of removing more and more in several orders."""
