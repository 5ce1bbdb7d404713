"""What may be shown: small numbers, and whatever would give one away."""
