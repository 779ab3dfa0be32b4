"""A package, opened: its responses, and every table computed from them."""
