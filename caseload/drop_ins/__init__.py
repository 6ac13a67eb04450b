"""Drop-ins: time with people of no one's caseload, by how many and how long, and a first name that is kept a week."""
