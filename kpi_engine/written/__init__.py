"""What people write beside the figures: notes and actions, with their whole history, in one SQLite file."""
