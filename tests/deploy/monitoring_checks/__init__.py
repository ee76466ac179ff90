"""What tests/deploy/monitoring.py checks, one module for each kind of file."""
