"""Contact sheets: a result as one PNG."""
