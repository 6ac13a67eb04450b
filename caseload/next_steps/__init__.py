"""Promises to people and appointments with them: made, moved, ended, and who is responsible for them."""
