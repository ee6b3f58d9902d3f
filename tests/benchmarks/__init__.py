"""Speed, memory and accuracy, measured in one run and compared as ratios.

make bench                          # all of it: tests/benchmarks/__main__.py
pytest tests/benchmarks             # only the ratios that must hold
"""
