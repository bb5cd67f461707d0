"""The trees of dependencies, for tools that read them or make some of their own."""
