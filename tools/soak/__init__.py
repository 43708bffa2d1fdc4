"""A long run of mixed work in one process, and shell commands between: does anything grow, is anything left behind?"""
