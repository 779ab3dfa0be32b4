"""What a command does, from the parameters to the sealed package."""
