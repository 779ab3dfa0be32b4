"""The sealed package: laid out, sealed, verified, computed again."""
