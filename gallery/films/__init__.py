"""Animations: GIF and MP4."""
