"""What published tables say of the trust's own returns: whoever wants to know these figures reads them there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kpi_engine.disclosure.cells import Floats
from kpi_engine.disclosure.linked import Linked
from kpi_engine.disclosure.relations import KEY
from kpi_engine.model import Measure

_NEAR = 1.0
"""So many people apart, a published figure is as good as the own one for whoever works with it."""
_MOST_DECIMALS = 4
_SURE = 1e-6


def read(tables: Linked, published: pd.DataFrame, measures: Mapping[str, Measure]) -> Linked:
    """The tables with what ``published`` (facts) says of their cells.

    A published figure of the same measure, time, place and breakdown that agrees with a cell, as far as it is rounded,
    bounds it: by ``least`` and ``most``. Where these leave one number, the cell is ``public``. A figure that is no
    small number is so too when it is rounded or a person off: its parts are then protected from whoever knows it.
    """
    frame = tables.frame
    theirs = published[published["measure"].isin(frame["measure"].unique()).to_numpy()]
    theirs = theirs[(theirs["numerator"].notna() | theirs["published_value"].notna()).to_numpy()]
    own = frame["measure"].isin(theirs["measure"].unique()) & frame["urn"].isin(theirs["urn"].unique())
    place = np.flatnonzero(own.to_numpy())
    if not len(place):
        return tables
    names = [name for name in KEY if name != "series"]
    keys = [pd.util.hash_pandas_object(rows[names], index=False).to_numpy() for rows in (frame.iloc[place], theirs)]
    pairs = pd.DataFrame({"key": keys[0], "at": place}).merge(_figures(theirs, measures).assign(key=keys[1]), on="key")
    at = pairs["at"].to_numpy()
    n, d = (frame[name].to_numpy(float)[at] for name in ("numerator", "denominator"))
    given = pairs["denominator"].to_numpy(float)
    # Whoever reads a percentage without a cohort knows the cohort from elsewhere.
    of = np.where(np.isnan(given), d, given)
    counted = np.where(pairs["derived"], pairs["share"] * of, pairs["numerator"])
    half = np.where(pairs["derived"], pairs["rounded"] * of, 0.0)
    # Events are counted whatever number of people the rate is then made of.
    apart, other = np.abs(counted - n), np.where(np.isinf(tables.d[at]), 0.0, np.abs(of - d))
    agrees = (apart <= half + _SURE) & (other <= _SURE)
    near = (apart <= half + _NEAR + _SURE) & (other <= _NEAR) & ~tables.primary[at] & ~tables.score[at]
    public = tables.public.copy()
    public[at[near | agrees & tables.score[at]]] = True
    least, most = tables.least.copy(), tables.most.copy()
    counts = agrees & ~tables.score[at]
    whole = np.abs(n - np.round(n)) < _SURE
    low = np.where(whole, np.ceil(counted - half - _SURE), counted - half)
    high = np.where(whole, np.ceil(counted + half - _SURE) - 1, counted + half)
    np.maximum.at(least, at[counts], np.minimum(low, n)[counts])
    np.minimum.at(most, at[counts], np.maximum(high, n)[counts])
    _remainders(tables, public, least, most)
    return replace(
        tables, public=public | (most - least < _SURE) & (tables.d > 0) & ~tables.score, least=least, most=most
    )


def _figures(theirs: pd.DataFrame, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """Each published figure's numerator and denominator, or, where it was printed as a rate, its ``share`` of the
    denominator and half of the last place that its table prints (``rounded``)."""
    factor = theirs["measure"].map({id: measures[id].factor for id in theirs["measure"].unique()}).to_numpy(float)
    n, d = theirs["numerator"].to_numpy(float), theirs["denominator"].to_numpy(float)
    value = theirs["published_value"].to_numpy(float)
    share = value / factor
    table = theirs.groupby(["measure", "source_id"], sort=False).ngroup().to_numpy()
    count = int(table.max()) + 1 if len(table) else 0
    # A table of rates has no numerator other than rate times cohort, in any of its rows.
    rate = ~np.isnan(value) & (np.isnan(n) | (np.abs(n - share * d) <= _SURE * np.maximum(1.0, np.abs(n))))
    rates = np.bincount(table, weights=~rate & ~np.isnan(n), minlength=count) == 0
    decimals = np.full(count, _MOST_DECIMALS)
    for places in reversed(range(_MOST_DECIMALS)):
        shown = np.nan_to_num(value) * 10**places
        finer = np.bincount(table, weights=np.abs(shown - np.round(shown)) > _SURE * 10**places, minlength=count)
        decimals[finer == 0] = places
    return pd.DataFrame(
        {
            "numerator": n,
            "denominator": d,
            "share": share,
            "rounded": 0.5 * 10.0 ** -decimals[table] / factor,
            "derived": rates[table],
        }
    )


def _remainders(tables: Linked, public: np.ndarray, least: Floats, most: Floats) -> None:
    """What is known of a figure is known of its remainder."""
    one = np.flatnonzero(tables.same != np.arange(len(public)))
    rest = tables.same[one]
    whole = tables.n[one] + tables.n[rest]
    public[one] |= public[rest]
    public[rest] |= public[one]
    least_of_one, most_of_one = least[one].copy(), most[one].copy()
    least[one] = np.maximum(least_of_one, whole - most[rest])
    most[one] = np.minimum(most_of_one, whole - least[rest])
    least[rest] = np.maximum(least[rest], whole - most_of_one)
    most[rest] = np.minimum(most[rest], whole - least_of_one)
