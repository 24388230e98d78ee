"""`python -m local.pump --directory DIR`."""

from local.pump.pump import main

main()
