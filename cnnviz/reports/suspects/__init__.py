"""Images that deserve a second look: duplicates, odd images, wrong labels, sets that drift."""
