"""`python benchmarks/run.py`: Sixlane beside its peers, one command, one table. See README.md."""

from bench.command import main

if __name__ == "__main__":
    main()
