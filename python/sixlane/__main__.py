"""`python -m sixlane`, and the script `sixlane`: the command line."""

from sixlane.cli import main

if __name__ == "__main__":
    main()
