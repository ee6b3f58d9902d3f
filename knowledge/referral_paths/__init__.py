"""Referral paths for professionals: stepped paths as data, one file each, and finding the one that a case leads to.

Owns recognising and wording a path; the entries come from `knowledge.social_map`. Facts and ordinary practice, read by no clinician yet: every
path says so.
"""
