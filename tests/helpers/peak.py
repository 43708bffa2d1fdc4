"""How much memory another Python process takes at most."""

#: Code that prints the most memory that its process has held, in GiB. Not ru_maxrss: a new process inherits that from
#: the one that started it, which here is a test run of some gigabytes.
PRINT_PEAK = """
from pathlib import Path
lines = Path("/proc/self/status").read_text().splitlines()
print(int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 2**20)
"""
