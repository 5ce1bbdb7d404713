"""What measures share: whom they apply to, how pupil-level returns are rolled up, and the usual kinds."""

from __future__ import annotations

from types import MappingProxyType

from kpi_engine.model import Break, Measure, OverTime, Phase, Spread, Unit

PRIMARY = (Phase.PRIMARY, Phase.ALL_THROUGH, Phase.SPECIAL)
SECONDARY = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SPECIAL)
SIXTH_FORM = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.POST16, Phase.SPECIAL)
_COVID = "exams and assessments were not taken as usual because of the pandemic, so nothing was published"
NO_EXAMS = MappingProxyType({"2019/20": _COVID, "2020/21": _COVID})
AFTER_COVID = Break("2021/22", "no exams or assessments in 2019/20 and 2020/21")

PUPIL_GROUPS = (("sex",), ("disadvantage",), ("send",), ("looked_after",))
PUPIL_ROLLUPS = (
    (),
    ("year_group",),
    *PUPIL_GROUPS,
    ("year_group", "sex"),
    ("year_group", "disadvantage"),
    ("year_group", "send"),
    ("year_group", "looked_after"),
)
PUPIL_PARTS = ("year_group", "sex", "disadvantage", "send", "looked_after")


def of_people(id: str, title: str, numerator: str, *, series: tuple[str, ...], **more: object) -> Measure:
    settings: dict[str, object] = {
        "people": "pupils",
        "denominator": "pupils at the end of the key stage",
        "rollups": PUPIL_ROLLUPS,
        "partitions": PUPIL_PARTS,
        "special_counts_for_trust": False,
    }
    settings |= more
    return Measure(id, title, Unit.PERCENT, Spread.PEOPLE, series, numerator=numerator, **settings)  # type: ignore[arg-type]


def checklist(id: str, title: str, people: str, numerator: str, denominator: str, **more: object) -> Measure:
    settings: dict[str, object] = {"series": ("return",), "decimals": 0, "over_time": OverTime.NONE}
    settings |= more
    return Measure(
        id,
        title,
        Unit.PERCENT,
        Spread.NONE,
        people=people,
        numerator=numerator,
        denominator=denominator,
        **settings,  # type: ignore[arg-type]
    )


def score(id: str, title: str, deviation: bool, **more: object) -> Measure:
    settings: dict[str, object] = {
        "series": ("published", "return"),
        "people": "pupils",
        "numerator": "sum of the pupils' scores",
        "denominator": "pupils with a score",
        "rollups": PUPIL_ROLLUPS,
        "partitions": PUPIL_PARTS,
        "special_counts_for_trust": False,
    }
    settings |= more
    spread = Spread.KNOWN_DEVIATION if deviation else Spread.WITH_SQUARES
    return Measure(id, title, Unit.POINTS, spread, **settings)  # type: ignore[arg-type]
