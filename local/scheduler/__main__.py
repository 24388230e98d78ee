"""`python -m local.scheduler --directory DIR`."""

from local.scheduler.scheduler import main

main()
