"""Small tables that notebooks show and no package keeps, by chapter."""
