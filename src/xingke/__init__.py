"""Xingke: customer value management and precision marketing, as a library.

Tables and dates go in, tables come out. Nothing here knows Django or looks at the clock; the environment is asked only for
where optional data sets lie (`XINGKE_DATA`).
"""
