"""Contact sheets: every channel of a layer for every picture, in one PNG, without matplotlib."""
