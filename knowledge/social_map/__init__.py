"""The social map: services to turn to. Owns the entries and finding the few that fit."""
