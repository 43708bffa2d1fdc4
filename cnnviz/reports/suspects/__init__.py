"""Pictures that deserve a second look: duplicates, odd pictures, wrong labels, sets that drift."""
