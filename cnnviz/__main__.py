"""Run the command line as ``python -m cnnviz``."""

from cnnviz.cli.main import main

if __name__ == "__main__":
    main()
