"""The population: which issues count, and whether all were found."""
