"""Board meetings: prepared as an agenda, frozen as one document, compared, and what is written down at them."""
