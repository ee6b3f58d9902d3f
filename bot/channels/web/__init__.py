"""The chat page of the browser: a page, its words, and the way of its messages. Owns no conversation logic."""
