"""Models as they lie on disk: one module a format, and what all formats have in common."""
