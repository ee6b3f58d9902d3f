"""Delivery: what came in is kept until it is answered, what must go out is kept until it has gone. At least once, idempotent, across crashes."""
