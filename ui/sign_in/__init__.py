"""Signing in: who somebody is. What they may see, only the trust's directory says."""
