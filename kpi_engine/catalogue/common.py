"""What several KPIs share: drills, axes and the sentences about files that more than one group rests on."""

from __future__ import annotations

from kpi_engine.kpi import Axis

PUPIL_GROUPS = ("sex", "disadvantage", "send", "looked_after")
PERCENTAGE = Axis(0, 100)
NO_CHANGES = ("None since the plan was written.",)
OWN_RETURN = "As soon as the trust loads its own return."
EXAMS_2020 = "2019/20 and 2020/21: exams and assessments were not taken as usual, so no tables were published."
