"""The log of the period: what was done, by whom, how far back it reaches, what it may lack. Pure."""
