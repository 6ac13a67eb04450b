"""Pages about guides, and about their templates."""
