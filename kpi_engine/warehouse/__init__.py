"""The trust's facts on disk: built from accepted files, kept in versions, opened read-only."""
