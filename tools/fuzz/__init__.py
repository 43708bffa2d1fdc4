"""Hostile files by the thousand: every reader of cnnviz on mutated inputs, each in a process of bounded memory."""
