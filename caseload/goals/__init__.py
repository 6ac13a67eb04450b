"""What people want, in their own words: set, changed, reached, let go."""
