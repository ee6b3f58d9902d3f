"""Understanding: Rasa graph components for language, topic and details, over the shared sentence encoders."""
