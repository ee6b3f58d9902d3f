"""The check-in without Rasa: what answers mean for the care team, keeping them, and when a person is invited."""
