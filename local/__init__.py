"""One machine: a local AWS, AppSync and Redshift, and the deployment to them."""
