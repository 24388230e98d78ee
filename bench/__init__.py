"""What we measure, against whom."""
