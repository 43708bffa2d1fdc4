"""How far a heatmap can be believed: metrics of attribution maps, and maps to compare them with."""
