"""Intervals that hold at every look: however often one looks, the truth stays inside all of them with chance 1 - alpha.

A usual confidence interval holds for one look. Whoever looks again and again, and acts on the first bad one, is wrong
far more often than it says. These intervals are the values that a betting argument has never refuted: a mixture of
likelihood ratios is a martingale under the truth, so that it ever exceeds 1/alpha with chance alpha at most (Ville).

Shares: `share_difference`. The alternative is a mixture of Beta priors, which makes the ratio a quotient of binomial
likelihoods; a difference of shares stays in while some pair of shares with that difference does (Robbins, "Statistical
Methods Related to the Law of the Iterated Logarithm", 1970; Turner and Grünwald, "Exact Anytime-valid Confidence
Intervals for Contingency Tables and Beyond", 2023). It is exact for every number of answers, one included, for rare
failures, and for arms of any sizes. An interval from means and variances is none of these.

Means: `mean_difference` and `mean_of`. Johari, Koomen, Pekelis and Walsh, "Always Valid Inference: Continuous
Monitoring of A/B Tests" (2022), with a normal mixture: the estimate plus or minus
sqrt(V (V + tau²) / tau² · log((V + tau²) / (V alpha²))). V is estimated, which theirs neglects; here it is the mixture
of Student's t (Lai, "On Confidence Sequences", 1976; Wang and Ramdas, "Anytime-valid t-tests and Confidence Sequences
for Gaussian Means with Unknown Variance", 2024), which is wider for few values and the same for many. Both arms take
the larger variance of the two, and the smaller one's degrees of freedom. That they may grow at different speeds changes
nothing: the estimate at precision 1 / V moves like a Brownian motion (Jennison and Turnbull, "Group-sequential Analysis
Incorporating Covariate Information", 1997). It is exact for normal values, and held in simulation for skewed ones.

All assume that answers are independent and that an arm does not change while a step runs. Knows numbers, not metrics.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from freehold.rollouts.evidence.progress import Moments

# The mixture's width in standard deviations of a value. A difference of this size is found soonest, one of half or
# double the size nearly so. As it is a multiple of the deviation, the interval scales with the values.
TAU = 0.4
# The normal approximation of means needs some values, even if they are skewed. With fewer nothing is concluded.
MIN_VALUES = 20
# Beta priors of a share, alike for both arms: one for shares anywhere, one for the usual case of rare failures.
PRIORS = ((0.5, 0.5), (1.0, 25.0))
MOST = 1e6  # no mean lies beyond it; keeps what is computed finite

DOUBLINGS, STEPS, PRECISION = 64, 60, 1e-9  # of the search for an interval's ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and what holds it. `low` is -inf and `high` inf where nothing can be concluded."""

    estimate: float
    low: float
    high: float


def share_difference(control: Moments, candidate: Moments, alpha: float) -> Interval:
    """The candidate's share less the control's, from values that are 0 or 1; between -1 and 1."""
    if not control.n or not candidate.n:
        return Interval(estimate=0.0, low=-1.0, high=1.0)
    arms = _Counts.of(control), _Counts.of(candidate)
    floor = _log_mixture(*arms) + math.log(alpha)
    low, high = _edge(*arms, floor, -1), _edge(*arms, floor, 1)
    return Interval(estimate=arms[1].share - arms[0].share, low=low, high=high)


def mean_difference(control: Moments, candidate: Moments, alpha: float, spread: float) -> Interval:
    """The candidate's mean less the control's. `spread`: see `_variance`."""
    estimate = _mean(candidate) - _mean(control)
    if min(control.n, candidate.n) < MIN_VALUES:
        return Interval(estimate=estimate, low=-math.inf, high=math.inf)
    # An arm that has met no rare value yet seems to vary less than it does; the other may have met some.
    variance = max(_variance(control, spread), _variance(candidate, spread))
    values = 1 / (1 / control.n + 1 / candidate.n)
    return _around(estimate, variance / values, min(control.n, candidate.n) - 1, values, alpha)


def mean_of(sample: Moments, alpha: float, spread: float) -> Interval:
    """The mean of one sample, like the scores of pairs. `spread`: see `_variance`."""
    estimate = _mean(sample)
    if sample.n < MIN_VALUES:
        return Interval(estimate=estimate, low=-math.inf, high=math.inf)
    return _around(estimate, _variance(sample, spread) / sample.n, sample.n - 1, sample.n, alpha)


def _mean(sample: Moments) -> float:
    return min(max(sample.mean, -MOST), MOST)


def _variance(sample: Moments, spread: float) -> float:
    """The sample's variance as if there were two more values, `spread` above the mean and below.

    Values that are all alike say little about how much they vary, so that it is never 0. The wider the spread, the more
    values it takes to believe that there are no others.
    """
    squares = (sample.n - 1) * min(sample.variance, MOST**2)
    return (squares + 2 * spread**2) / (sample.n + 1)


def _around(estimate: float, variance: float, freedom: float, values: float, alpha: float) -> Interval:
    """The interval around an estimate of this variance, which stands on so many `values`."""
    ratio = TAU**2 * values  # tau² / V
    grown = math.exp((math.log1p(ratio) - 2 * math.log(alpha)) / (freedom + 1))
    if grown >= 1 + ratio:
        return Interval(estimate=estimate, low=-math.inf, high=math.inf)
    width = math.sqrt(variance * freedom * (grown - 1) / (1 - grown / (1 + ratio)))
    return Interval(estimate=estimate, low=estimate - width, high=estimate + width)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """How many values were 1, and how many 0."""

    ones: float
    zeros: float

    @classmethod
    def of(cls, sample: Moments) -> "_Counts":
        ones = float(round(min(max(sample.mean, 0.0), 1.0) * sample.n))
        return cls(ones=ones, zeros=sample.n - ones)

    @property
    def n(self) -> float:
        return self.ones + self.zeros

    @property
    def share(self) -> float:
        return self.ones / self.n

    @property
    def variance(self) -> float:
        """About that of the share; never 0."""
        return (self.ones + 0.5) * (self.zeros + 0.5) / (self.n + 1) ** 3

    def pulled(self, pull: float) -> float:
        """The share where the log-likelihood rises by `pull` for each step up: the root of ones/p - zeros/(1-p)."""
        if pull >= 0:
            return _root(self.ones, self.zeros, pull)
        return 1 - _root(self.zeros, self.ones, -pull)

    def log_likelihood(self, share: float) -> float:
        """Of these counts, in their order of arrival."""
        if (self.ones and share <= 0) or (self.zeros and share >= 1):
            return -math.inf
        of_ones = self.ones * math.log(share) if self.ones else 0.0
        return of_ones + (self.zeros * math.log1p(-share) if self.zeros else 0.0)

    def log_marginal(self, a: float, b: float) -> float:
        """The likelihood's mean under a Beta prior."""
        after = math.lgamma(a + self.ones) + math.lgamma(b + self.zeros) - math.lgamma(a + b + self.n)
        return after - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b)


def _root(ones: float, zeros: float, pull: float) -> float:
    """The p in [0, 1] with pull·p² - (n + pull)·p + ones = 0, written so that no digits cancel."""
    total = ones + zeros + pull
    return 2 * ones / (total + math.sqrt(max(0.0, total * total - 4 * pull * ones)))


def _log_mixture(control: _Counts, candidate: _Counts) -> float:
    logs = [control.log_marginal(a, b) + candidate.log_marginal(a, b) for a, b in PRIORS]
    top = max(logs)
    return top + math.log(sum(math.exp(one - top) for one in logs) / len(logs))


def _edge(control: _Counts, candidate: _Counts, floor: float, side: int) -> float:
    """The outermost difference, upwards (side 1) or downwards (-1), that a likely enough pair of shares has.

    Among all pairs of one difference the likeliest has opposite slopes of the log-likelihoods (Lagrange). So one
    number, the slope, walks along them: the difference grows with it, and the likelihood falls.
    """

    def pair(pull: float) -> tuple[float, float]:
        return control.pulled(side * pull), candidate.pulled(-side * pull)

    def fall(pull: float) -> float:
        first, second = pair(pull)
        return math.sqrt(max(0.0, top - control.log_likelihood(first) - candidate.log_likelihood(second)))

    top = control.log_likelihood(control.share) + candidate.log_likelihood(candidate.share)
    level = math.sqrt(max(0.0, top - floor))
    # Where it were if the likelihood fell like a parabola.
    start = max(level, 1.0) * math.sqrt(2 / (control.variance + candidate.variance))
    pull = _rise(fall, level, start)
    if math.isinf(pull):
        return float(side)
    first, second = pair(pull)
    return second - first


def _rise(function: Callable[[float], float], level: float, start: float) -> float:
    """Where a rising function from 0 at 0 reaches a level; inf where it never does. The Illinois method."""
    inside, below, outside, above = 0.0, -level, start, function(start) - level
    for _ in range(DOUBLINGS):
        if above > 0:
            break
        inside, below, outside = outside, above, outside * 2
        above = function(outside) - level
    else:
        return math.inf
    last = 0.0
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        if math.isfinite(above) and above > below:
            middle = (inside * above - outside * below) / (above - below)
        found = function(middle) - level
        if abs(found) <= PRECISION:
            return middle
        repeats = found * last > 0
        if found > 0:
            outside, above, below = middle, found, below / 2 if repeats else below
        else:
            inside, below, above = middle, found, above / 2 if repeats else above
        last = math.copysign(1.0, found)
    return outside
