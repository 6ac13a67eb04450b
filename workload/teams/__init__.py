"""What the service manager reads: every team in counts, what needs them, and what the teams carry."""
