"""The planted cases, each chapter on a day of its own."""
