"""Who else may be spoken to about a person: named, changed, withdrawn."""
