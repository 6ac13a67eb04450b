"""Pages of checklists: `runs` are those under way, `templates` the editor in the settings."""
