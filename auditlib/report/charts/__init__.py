"""Charts: figures as files."""
