"""What the Lambdas of one machine ask of AWS, written down where QUERYCAST_CALLS says so."""
