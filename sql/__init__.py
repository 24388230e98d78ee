"""Reports, migrations and sample data, and the tools that publish them."""
