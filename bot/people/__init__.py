"""People: pseudonym, role, language, consent, keys, export and erasure."""
