"""Facts that follow from records and a date: what inspections, audits and returns mean on a chosen day."""
