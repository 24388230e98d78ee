"""What a deployment needs of an account beforehand: one check a function, for infra/doctor.py."""
