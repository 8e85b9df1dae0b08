"""What a rollout measures of each answer, and what counts as worse. Data; decides nothing.

Three kinds. A *share* is 0 or 1 for each answer. A *ratio* is a positive amount whose logarithm is compared, so that
"10 % slower" means the same everywhere. A *pair* scores the two answers to one mirrored request: there is no control
arm beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["share", "ratio", "pair"]
Worse = Literal["higher", "lower", "either"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One of them.

    `margin` is the worsening that is tolerated unless a plan says otherwise: in points of a share or of a score
    (0.01 is one percentage point), or as a part of the control's amount (0.1 is a tenth). A pair's score is at best
    `best`; a worsening is how far the mean lies below it.
    """

    name: str
    kind: Kind
    worse: Worse
    margin: float
    about: str
    best: float = 0.0


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(name="error_rate", kind="share", worse="higher", margin=0.01, about="answers that failed"),
        Metric(name="rejected_rate", kind="share", worse="higher", margin=0.02, about="requests called wrong (4xx)"),
        Metric(name="refusal_rate", kind="share", worse="higher", margin=0.02, about="answers that decline the task"),
        Metric(name="invalid_json_rate", kind="share", worse="higher", margin=0.01, about="JSON asked for, not got"),
        Metric(name="check_failure_rate", kind="share", worse="higher", margin=0.01, about="answers failing a check"),
        Metric(name="unsafe_rate", kind="share", worse="higher", margin=0.005, about="answers with unsafe patterns"),
        Metric(name="thumbs_down_rate", kind="share", worse="higher", margin=0.02, about="answers people disliked"),
        Metric(name="ttft_seconds", kind="ratio", worse="higher", margin=0.1, about="time to the first token"),
        Metric(name="tokens_per_second", kind="ratio", worse="lower", margin=0.1, about="speed of generation"),
        Metric(name="cost_usd", kind="ratio", worse="higher", margin=0.0, about="cost of a request"),
        Metric(name="output_tokens", kind="ratio", worse="either", margin=0.3, about="length of answers"),
        Metric(name="quality", kind="pair", worse="lower", margin=0.1, about="judged wins less losses, -1 to 1"),
        Metric(name="similarity", kind="pair", worse="lower", margin=0.3, best=1.0, about="cosine of embeddings"),
        Metric(name="tool_agreement", kind="pair", worse="lower", margin=0.1, best=1.0, about="the same tools called"),
    )
}
