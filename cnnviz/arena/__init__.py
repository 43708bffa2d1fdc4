"""Problems whose answer is known, and how often each attribution method finds it."""
