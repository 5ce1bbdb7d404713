"""The command line: ``python -m kpi_engine``."""
