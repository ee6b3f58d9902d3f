"""The safety gate: reads every message, in any state of the dialogue, and says what may be off. Imports nothing of Rasa."""
