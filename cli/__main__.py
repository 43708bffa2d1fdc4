"""Run the command line as ``python -m cnnviz.cli``."""

from .main import main

if __name__ == "__main__":
    main()
