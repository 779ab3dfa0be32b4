"""Two packages of one audit side by side: this year's and last year's."""
