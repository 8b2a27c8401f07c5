"""The studio: a page on this machine that shows what a generator knows, and the server behind it.

It uses the names that are public, as a third party's tool could.
"""
