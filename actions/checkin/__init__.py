"""The check-in as a Rasa form: start, questions, closing, invitations, loss, summary, and the short report of a gut feeling about a family."""
