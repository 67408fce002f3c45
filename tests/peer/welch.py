"""Welch's interval of the difference of two means, without any library."""
import math
import statistics


def t_cdf(t, freedom):
    """Student's distribution, by Simpson's rule over the density."""
    log_scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)

    def density(x):
        return math.exp(log_scale - (freedom + 1) / 2 * math.log1p(x * x / freedom))
    pieces = 2000
    h = t / pieces
    inner = sum((4 if i % 2 else 2) * density(i * h) for i in range(1, pieces))
    return 0.5 + h / 3 * (density(0) + inner + density(t))


def t_quantile(p, freedom):
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, freedom) < p else (low, middle)
    return high


def interval(a, b, confidence=0.95):
    """Difference of means a - b and its interval, (difference, low, high). Two samples without any spread have no
    width."""
    difference = statistics.fmean(a) - statistics.fmean(b)
    parts = [statistics.variance(x) / len(x) for x in (a, b)]
    error = math.sqrt(sum(parts))
    if error == 0:
        return difference, difference, difference
    freedom = sum(parts) ** 2 / sum(p * p / (len(x) - 1) for p, x in zip(parts, (a, b)))
    width = t_quantile((1 + confidence) / 2, freedom) * error
    return difference, difference - width, difference + width
