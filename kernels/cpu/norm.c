/* norm.c - layer and root-mean-square norms. A row is summed in 32 lanes (tree_sum.h); gradients of the
 * weights are chains over tokens, columns shared out. */
#include "kernels/cpu/families.h"

#include "kernels/common/elementary.h"
#include "kernels/common/tree_sum.h"
#include "kernels/cpu/spans.h"

struct norm {
    const struct rows *rows;
    int width;
    float epsilon;
    bool accumulate;
    const float *x, *weight, *bias, *dy;
    float *y, *dx;
    float *mean, *rstd; /* (T) written by forward */
    const float *mean_in, *rstd_in;
    float *dweight, *dbias;
};

/* Lanes of fma(x - mean, x - mean). */
static float sum_deviations(const float *x, float mean, int width)
{
    float lane[FT_LANES] = {0};
    int k = 0;
    for (; k + FT_LANES <= width; k += FT_LANES) {
        for (int l = 0; l < FT_LANES; l++) {
            float deviation = x[k + l] - mean;
            lane[l] = FT_FMAF(deviation, deviation, lane[l]);
        }
    }
    for (int l = 0; k + l < width; l++) {
        float deviation = x[k + l] - mean;
        lane[l] = FT_FMAF(deviation, deviation, lane[l]);
    }
    return ft_lanes_join(lane);
}

static void layernorm_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct norm *op = job;
    const int width = op->width;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, width);
        const float *x = op->x + at, *weight = op->weight, *bias = op->bias;
        float *y = op->y + at;
        float mean = ft_lanes_sum(x, width) / (float)width;
        float variance = sum_deviations(x, mean, width) / (float)width;
        float rstd = ft_rsqrtf(variance + op->epsilon);
        op->mean[token] = mean;
        op->rstd[token] = rstd;
        FT_INDEPENDENT
        for (int i = 0; i < width; i++)
            y[i] = FT_FMAF((x[i] - mean) * rstd, weight[i], bias[i]);
    }
}

void CPU_FN(layernorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                               const float *x, const float *weight, const float *bias, float *y, float *mean,
                               float *rstd)
{
    struct norm op = {.rows = rows,
                      .width = width,
                      .epsilon = epsilon,
                      .x = x,
                      .weight = weight,
                      .bias = bias,
                      .y = y,
                      .mean = mean,
                      .rstd = rstd};
    threads_run(device, rows->tokens, span_grain(width), layernorm_piece, &op);
}

/* What the gradient of a row needs: the lane sums of g and of g h, where g = dy weight and h = (x - mean)
 * rstd. */
struct row_sums {
    float g, gh;
};

/* One step of the lanes, for element k of the row in lane l. */
#define ROW_SUMS_STEP(k, l)                                                                                  \
    do {                                                                                                     \
        float g = dy[k] * weight[k];                                                                         \
        lane_g[l] = lane_g[l] + g;                                                                           \
        lane_gh[l] = FT_FMAF(g, (x[k] - mean) * rstd, lane_gh[l]);                                           \
    } while (0)

static struct row_sums sum_row(const float *x, const float *dy, const float *weight, float mean, float rstd,
                               int width)
{
    float lane_g[FT_LANES] = {0}, lane_gh[FT_LANES] = {0};
    int k = 0;
    for (; k + FT_LANES <= width; k += FT_LANES) {
        for (int l = 0; l < FT_LANES; l++)
            ROW_SUMS_STEP(k + l, l);
    }
    for (int l = 0; k + l < width; l++)
        ROW_SUMS_STEP(k + l, l);
    struct row_sums sums = {ft_lanes_join(lane_g), ft_lanes_join(lane_gh)};
    return sums;
}

static void layernorm_grad_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct norm *op = job;
    const int width = op->width;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, width);
        const float *x = op->x + at, *dy = op->dy + at, *weight = op->weight;
        float *dx = op->dx + at;
        float mean = op->mean_in[token], rstd = op->rstd_in[token];
        struct row_sums sums = sum_row(x, dy, weight, mean, rstd, width);
        float a = sums.g / (float)width, b = sums.gh / (float)width;
        FT_INDEPENDENT
        for (int i = 0; i < width; i++) {
            float h = (x[i] - mean) * rstd;
            dx[i] = FT_FMAF(-h, b, dy[i] * weight[i] - a) * rstd;
        }
    }
}

void CPU_FN(layernorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                                const float *weight, const float *mean, const float *rstd, const float *dy,
                                float *dx)
{
    struct norm op = {.rows = rows,
                      .width = width,
                      .x = x,
                      .weight = weight,
                      .mean_in = mean,
                      .rstd_in = rstd,
                      .dy = dy,
                      .dx = dx};
    threads_run(device, rows->tokens, span_grain(width), layernorm_grad_piece, &op);
}

/* Columns [begin, end) over all tokens. Without means (root-mean-square) the mean is 0 and x - 0 is x. */
static void norm_weight_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct norm *op = job;
    (void)workspace;
    for (int token = 0; token < op->rows->tokens; token++) {
        size_t at = span_offset(op->rows, token, op->width);
        const float *x = op->x + at, *dy = op->dy + at;
        float *dweight = op->dweight, *dbias = op->dbias;
        float mean = op->mean_in != NULL ? op->mean_in[token] : 0.0f, rstd = op->rstd_in[token];
        FT_INDEPENDENT
        for (int i = begin; i < end; i++)
            dweight[i] = FT_FMAF(dy[i], (x[i] - mean) * rstd, dweight[i]);
        if (dbias == NULL) continue;
        FT_INDEPENDENT
        for (int i = begin; i < end; i++)
            dbias[i] = dbias[i] + dy[i];
    }
}

#define COLUMNS_AT_ONCE 128

void CPU_FN(layernorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                       const float *x, const float *mean, const float *rstd, const float *dy,
                                       float *dweight, float *dbias)
{
    struct norm op = {.rows = rows,
                      .width = width,
                      .x = x,
                      .mean_in = mean,
                      .rstd_in = rstd,
                      .dy = dy,
                      .dweight = dweight,
                      .dbias = dbias};
    threads_run(device, width, COLUMNS_AT_ONCE, norm_weight_piece, &op);
}

static void rmsnorm_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct norm *op = job;
    const int width = op->width;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, width);
        const float *x = op->x + at, *weight = op->weight;
        float *y = op->y + at;
        float rstd = ft_rsqrtf(ft_lanes_dot(x, x, width) / (float)width + op->epsilon);
        op->rstd[token] = rstd;
        FT_INDEPENDENT
        for (int i = 0; i < width; i++)
            y[i] = (x[i] * rstd) * weight[i];
    }
}

void CPU_FN(rmsnorm_forward)(struct device *device, const struct rows *rows, int width, float epsilon,
                             const float *x, const float *weight, float *y, float *rstd)
{
    struct norm op = {
        .rows = rows, .width = width, .epsilon = epsilon, .x = x, .weight = weight, .y = y, .rstd = rstd};
    threads_run(device, rows->tokens, span_grain(width), rmsnorm_piece, &op);
}

static void rmsnorm_grad_piece(const void *job, int begin, int end, const struct workspace *workspace)
{
    const struct norm *op = job;
    const int width = op->width;
    (void)workspace;
    for (int token = begin; token < end; token++) {
        size_t at = span_offset(op->rows, token, width);
        const float *x = op->x + at, *dy = op->dy + at, *weight = op->weight;
        float *dx = op->dx + at;
        float rstd = op->rstd_in[token];
        float b = sum_row(x, dy, weight, 0.0f, rstd, width).gh / (float)width;
        if (op->accumulate) {
            FT_INDEPENDENT
            for (int i = 0; i < width; i++)
                dx[i] = dx[i] + FT_FMAF(-(x[i] * rstd), b, dy[i] * weight[i]) * rstd;
        } else {
            FT_INDEPENDENT
            for (int i = 0; i < width; i++)
                dx[i] = FT_FMAF(-(x[i] * rstd), b, dy[i] * weight[i]) * rstd;
        }
    }
}

void CPU_FN(rmsnorm_backward)(struct device *device, const struct rows *rows, int width, const float *x,
                              const float *weight, const float *rstd, const float *dy, bool accumulate,
                              float *dx)
{
    struct norm op = {.rows = rows,
                      .width = width,
                      .accumulate = accumulate,
                      .x = x,
                      .weight = weight,
                      .rstd_in = rstd,
                      .dy = dy,
                      .dx = dx};
    threads_run(device, rows->tokens, span_grain(width), rmsnorm_grad_piece, &op);
}

void CPU_FN(rmsnorm_backward_weight)(struct device *device, const struct rows *rows, int width,
                                     const float *x, const float *rstd, const float *dy, float *dweight)
{
    struct norm op = {.rows = rows, .width = width, .x = x, .rstd_in = rstd, .dy = dy, .dweight = dweight};
    threads_run(device, width, COLUMNS_AT_ONCE, norm_weight_piece, &op);
}
