"""Makes the sample trust: an invented multi-academy trust in the very file formats that real trusts have.

Run ``python -m sample_data.make [FOLDER]``. Every figure about a school is invented; every figure about England is
copied from a publication (``published/``). The same seed gives the same bytes on every run.
"""
