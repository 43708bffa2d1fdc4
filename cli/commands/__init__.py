"""Commands, one per file; the file name is the command name."""
