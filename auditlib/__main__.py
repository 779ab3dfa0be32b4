"""``python -m auditlib``."""

from auditlib.cli import main

main()
