"""What Kiem knows: topics, texts, numbers, places and services, and the code that loads, checks and searches them.

Imports nothing of the rest of the project but the errors.
"""
