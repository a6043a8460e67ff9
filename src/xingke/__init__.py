"""Xingke: customer value management and precision marketing, as a library.

Tables and dates go in, tables come out. Nothing here knows Django, looks at the clock or reads the environment.
"""
