"""Reports that stay true: run again for who watches, when a pipeline has filled what they read."""
