"""Sheets: a result as one PNG."""
