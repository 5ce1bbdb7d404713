"""What every request and every answer of the server passes, before the app sees the one and after it gave the other.

Each layer is a small class over the ASGI interface and knows nothing of pages. ``layers.py`` puts them together.
"""
