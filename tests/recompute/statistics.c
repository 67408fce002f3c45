#include "statistics.h"

#include "answers.h"
#include "observations.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

struct moments moments_of(const double *values, int count)
{
    struct moments m = {.n = count,
                        .mean = NAN,
                        .variance = NAN,
                        .sd = NAN,
                        .min = NAN,
                        .max = NAN,
                        .spread = NAN,
                        .low = NAN,
                        .high = NAN};
    if (count == 0) return m;
    m.min = m.max = values[0];
    long double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
        m.min = fmin(m.min, values[i]);
        m.max = fmax(m.max, values[i]);
    }
    m.mean = (double)(sum / count);
    m.spread = m.max - m.min;
    if (count < 2) return m;
    for (int i = 0; i < count; i++)
        squares += (values[i] - sum / count) * (values[i] - sum / count);
    m.variance = m.spread == 0 ? 0 : (double)(squares / (count - 1));
    m.sd = sqrt(m.variance);
    double half = gsl_cdf_tdist_Qinv(0.025, count - 1) * m.sd / sqrt(count);
    m.low = m.mean - half;
    m.high = m.mean + half;
    return m;
}

void sd_interval(double sd, int n, double *low, double *high)
{
    *low = n < 2 ? NAN : sd * sqrt((n - 1) / gsl_cdf_chisq_Pinv(0.975, n - 1));
    *high = n < 2 ? NAN : sd * sqrt((n - 1) / gsl_cdf_chisq_Pinv(0.025, n - 1));
}

/* The two p at which |hits/n - p| is 1.96 standard errors of p: the roots of a quadratic. */
void wilson(int hits, int n, double *low, double *high)
{
    double z = gsl_cdf_ugaussian_Pinv(0.975), seen = n > 0 ? (double)hits / n : NAN;
    double a = 1 + z * z / n, b = -(2 * seen + z * z / n), c = seen * seen;
    double root = sqrt(fmax(b * b - 4 * a * c, 0));
    *low = n == 0 ? NAN : (-b - root) / (2 * a);
    *high = n == 0 ? NAN : (-b + root) / (2 * a);
}

enum {
    GRID = 4000
}; /* trapezoids from -10 to 10: of a smooth function that ends at 0 they err below 1e-14 */

double range_below(double width, int n)
{
    static double at[GRID + 1];
    double sum = 0;
    if (at[GRID] == 0) {
        for (int i = 0; i <= GRID; i++)
            at[i] = gsl_cdf_ugaussian_P(-10 + 20.0 * i / GRID);
    }
    for (int i = 0; i <= GRID; i++) {
        double x = -10 + 20.0 * i / GRID;
        sum += n * gsl_ran_ugaussian_pdf(x) * pow(gsl_cdf_ugaussian_P(x + width) - at[i], n - 1);
    }
    return width <= 0 ? 0 : fmin(sum * 20 / GRID, 1);
}

double range_quantile(double probability, int n)
{
    double low = 0, high = 20;
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        if (range_below(middle, n) < probability)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double range_mean(int n)
{
    double sum = 0;
    for (int i = 0; i <= GRID; i++) {
        double below = gsl_cdf_ugaussian_P(-10 + 20.0 * i / GRID);
        sum += 1 - pow(below, n) - pow(1 - below, n);
    }
    return sum * 20 / GRID;
}

static const char *word(double value, double low, double high, int n)
{
    if (n < 2) return "undefined";
    if (value <= low + 1e-12) return "stable";
    return value >= high - 1e-12 ? "unstable" : "undetermined";
}

static double sd_limit(double tail, int n, double sigma0)
{
    return sigma0 * sqrt(gsl_cdf_chisq_Pinv(tail, n - 1) / (n - 1));
}

const char *by_sd(double sd, int n, double sigma0, double alpha)
{
    return n < 2 ? "undefined" : word(sd, sd_limit(alpha, n, sigma0), sd_limit(1 - alpha, n, sigma0), n);
}

const char *by_range(double spread, int n, double sigma0, double alpha)
{
    return n < 2 ? "undefined"
                 : word(spread, sigma0 * range_quantile(alpha, n), sigma0 * range_quantile(1 - alpha, n), n);
}

enum { MOST_RUNS = 1000 };

double further_runs(double sd, int n, double sigma0, double alpha)
{
    for (int more = 1; n + more <= MOST_RUNS; more++) {
        if (sd <= sd_limit(alpha, n + more, sigma0) || sd >= sd_limit(1 - alpha, n + more, sigma0))
            return more;
    }
    return NAN;
}

double further_likely(double sd, int n, double sigma0, double alpha)
{
    for (int more = 1; n + more <= MOST_RUNS; more++) {
        int df = n + more - 1;
        bool below = sd < sigma0;
        double limit = sd_limit(below ? alpha : 1 - alpha, n + more, sigma0),
               scaled = df * limit * limit / (sd * sd);
        double power = sd == sigma0 ? 0 : below ? gsl_cdf_chisq_P(scaled, df) : gsl_cdf_chisq_Q(scaled, df);
        if (power >= 0.8) return more;
    }
    return NAN;
}

static bool range_decides(double sd, int n, double sigma0, double alpha)
{
    double expected = sd * range_mean(n);
    return expected <= sigma0 * range_quantile(alpha, n) || expected >= sigma0 * range_quantile(1 - alpha, n);
}

/* What is decided stays decided with more runs. */
double further_range(double sd, int n, double sigma0, double alpha)
{
    int open = n, closed = MOST_RUNS;
    if (!range_decides(sd, closed, sigma0, alpha)) return NAN;
    while (closed - open > 1) {
        int middle = (open + closed) / 2;
        if (range_decides(sd, middle, sigma0, alpha))
            closed = middle;
        else
            open = middle;
    }
    return closed - n;
}

static double square(double x)
{
    return x * x;
}

/* Ting, Burdick, Graybill, Jeyaratnam and Lu (1990), at 95%. */
struct part component(const struct term *terms, int count)
{
    double tail = 0.025, below = 0, above = 0;
    struct part part = {.variance = 0};
    for (int i = 0; i < count; i++) {
        const struct term *q = &terms[i];
        double g = 1 - q->df / gsl_cdf_chisq_Pinv(1 - tail, q->df),
               h = q->df / gsl_cdf_chisq_Pinv(tail, q->df) - 1;
        double own = q->weight * q->square;
        part.variance += own;
        below += square((own > 0 ? g : h) * own);
        above += square((own > 0 ? h : g) * own);
        for (int j = 0; j < count && own > 0; j++) {
            const struct term *r = &terms[j];
            if (r->weight >= 0) continue;
            double g_r = 1 - r->df / gsl_cdf_chisq_Pinv(1 - tail, r->df),
                   h_r = r->df / gsl_cdf_chisq_Pinv(tail, r->df) - 1;
            double f_high = gsl_cdf_fdist_Pinv(1 - tail, q->df, r->df),
                   f_low = gsl_cdf_fdist_Pinv(tail, q->df, r->df);
            double both = own * -r->weight * r->square;
            below += both * (square(f_high - 1) - square(g * f_high) - square(h_r)) / f_high;
            above += both * (square(1 - f_low) - square(h * f_low) - square(g_r)) / f_low;
        }
    }
    part.lower = part.variance - sqrt(fmax(below, 0));
    part.upper = part.variance + sqrt(fmax(above, 0));
    part.sd = sqrt(fmax(part.variance, 0));
    part.low = sqrt(fmax(part.lower, 0));
    part.high = sqrt(fmax(part.upper, 0));
    return part;
}

static double disagree(const uint8_t *const *predictions, int runs, int examples)
{
    double differ = 0, pairs = 0;
    for (int a = 0; a < runs; a++) {
        for (int b = 0; b < a; b++, pairs++) {
            for (int i = 0; i < examples; i++)
                differ += predictions[a][i] != predictions[b][i];
        }
    }
    return differ / pairs / examples;
}

void split_spread(const uint8_t *labels, const uint8_t *const *predictions, int runs, int examples,
                  double sigma0, struct split *split)
{
    double *u = allocate((size_t)runs * (size_t)examples, sizeof *u),
           *column = allocate((size_t)examples, sizeof *column);
    double *row = allocate((size_t)runs, sizeof *row), grand = 0, of_runs = 0, of_examples = 0, rest = 0;
    double n = examples, r = runs;
    for (int a = 0; a < runs; a++) {
        answers_influence(labels, predictions[a], examples, u + a * examples);
        for (int i = 0; i < examples; i++) {
            row[a] += u[a * examples + i] / n;
            column[i] += u[a * examples + i] / r;
            grand += u[a * examples + i] / n / r;
        }
    }
    for (int a = 0; a < runs; a++) {
        of_runs += n * square(row[a] - grand) / (r - 1);
        for (int i = 0; i < examples; i++)
            rest += square(u[a * examples + i] - row[a] - column[i] + grand) / (r - 1) / (n - 1);
    }
    for (int i = 0; i < examples; i++)
        of_examples += r * square(column[i] - grand) / (n - 1);
    double df_rest = (r - 1) * (n - 1);
    const struct term training[] = {{of_runs, r - 1, 1 / n}, {rest, df_rest, -1 / n}};
    const struct term churn = {rest, df_rest, 1 / n};
    const struct term sampling[] = {{of_examples, n - 1, 1 / r / n}, {rest, df_rest, -1 / r / n}};
    split->between = component(training, 1);
    split->training = component(training, 2);
    split->churn = component(&churn, 1);
    split->sampling = component(sampling, 2);
    split->disagreement = disagree(predictions, runs, examples);
    split->needed = split->disagreement == 0 ? 0 : ceil(rest / square(sigma0 / 4));
}

/* Places of a among n_a + n_b as bits: small groups only. */
double mann_whitney(const double *a, int n_a, const double *b, int n_b)
{
    double rank[32], value[32], seen = 0, mean = n_a * (n_a + n_b + 1) / 2.0, far = 0, all = 0;
    int count = n_a + n_b;
    if (count > 24) fail("Mann-Whitney of %d runs is not enumerated here", count);
    for (int i = 0; i < count; i++)
        value[i] = i < n_a ? a[i] : b[i - n_a];
    for (int i = 0; i < count; i++) {
        rank[i] = 0.5;
        for (int j = 0; j < count; j++)
            rank[i] += value[j] < value[i] ? 1 : value[j] == value[i] ? 0.5 : 0;
        seen += i < n_a ? rank[i] : 0;
    }
    for (unsigned chosen = 0; chosen < 1u << count; chosen++) {
        double sum = 0;
        if (__builtin_popcount(chosen) != n_a) continue;
        for (int i = 0; i < count; i++)
            sum += chosen >> i & 1 ? rank[i] : 0;
        all++;
        far += fabs(sum - mean) >= fabs(seen - mean) - 1e-9;
    }
    return far / all;
}
