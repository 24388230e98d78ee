"""What the shell offers when TAB is pressed: reports, their parameters, and values of these."""
