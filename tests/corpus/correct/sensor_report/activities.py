from typing import Literal

from compiled_ai.modules import abstain


def _status(count: int, outside: int, both: bool) -> Literal["empty", "ok", "warning", "alarm"]:
    """How bad it is."""
    if count == 0:
        return "empty"
    if both or outside * 2 >= count:
        return "alarm"
    return "warning" if outside else "ok"


def sensor_report(data: SensorReportInput) -> SensorReportOutput:
    """Find readings outside the limits and the sensors that gave them."""
    lowest, highest = data["limits"]["low"], data["limits"]["high"]
    if lowest > highest:
        abstain("the limits are the wrong way round")
    values = [
        (reading["sensor"], value)
        for reading in data["readings"]
        if (value := reading.get("value")) is not None
    ]
    low = [sensor for sensor, value in values if value < lowest]
    high = [sensor for sensor, value in values if value > highest]
    outside = len(low) + len(high)
    return {
        "status": _status(len(values), outside, not set(low).isdisjoint(high)),
        "low": sorted(set(low)),
        "high": sorted(set(high)),
        "outside": outside,
    }
