"""The cover of a package, which a reader opens first: made of ``summary.json`` and the files beside it, and of nothing else."""
