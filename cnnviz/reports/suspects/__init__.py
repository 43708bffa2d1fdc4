"""Images to check: duplicates, odd images, probable label errors, drift between sets."""
