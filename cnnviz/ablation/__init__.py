"""What removing filters costs: each one alone, and more and more of them in several orders."""
