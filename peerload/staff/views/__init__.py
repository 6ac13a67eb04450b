"""Pages about staff: one's own account, an invitation, and what admins look after."""
