"""What a database holds: tables, views, procedures, and what its catalog tells of them."""
