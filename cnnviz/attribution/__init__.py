"""Attribution methods: how much each part of an image contributes to a score."""
