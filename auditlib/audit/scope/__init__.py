"""The scope: what was asked, as whom, and what anyone can check at once."""
