"""The social map: services to turn to. Owns the entries, their exchange with others (HSDS) and finding the few that fit.

seeds, exchange -> HSDS rows (hsds, models) -> building -> entry -> store -> search -> cards
"""
