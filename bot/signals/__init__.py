"""Signals: what was noticed becomes something that people pick up. Raised with the alert in one transaction, claimed by one, escalated, closed."""
