"""Forms of admins and managers about staff. A refusal is a sentence beside the field; typed values stay."""
