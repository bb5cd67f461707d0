"""The programs of the tutorial do what its pages say, on both entrances."""
