"""The care desk: the pages under /desk where the care team sees signals, takes them and answers parents."""
