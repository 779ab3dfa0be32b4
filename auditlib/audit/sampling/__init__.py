"""The sample: how many issues, which ones, and what deviations allow to conclude."""
