#include "elementary_loops.h"

#include "kernels/common/elementary.h"
#include "kernels/common/elementary64.h"
#include "kernels/common/half.h"
#include "kernels/cpu/isa.h"

#define LOOP(name, type, function)                                                                           \
    static void name(size_t count, const type *x, type *y)                                                   \
    {                                                                                                        \
        FT_INDEPENDENT                                                                                       \
        for (size_t i = 0; i < count; i++)                                                                   \
            y[i] = function(x[i]);                                                                           \
    }

LOOP(exp_floats, float, ft_expf)
LOOP(log_floats, float, ft_logf)
LOOP(tanh_floats, float, ft_tanhf)
LOOP(erf_floats, float, ft_erff)
LOOP(gelu_floats, float, ft_geluf)
LOOP(gelu_grad_floats, float, ft_gelu_gradf)
LOOP(sigmoid_floats, float, ft_sigmoidf)
LOOP(silu_floats, float, ft_siluf)
LOOP(silu_grad_floats, float, ft_silu_gradf)
LOOP(rsqrt_floats, float, ft_rsqrtf)
LOOP(fp16_floats, float, ft_round_fp16)
LOOP(bf16_floats, float, ft_round_bf16)
LOOP(exp_doubles, double, ft_exp)
LOOP(log_doubles, double, ft_log)
LOOP(sin_doubles, double, ft_sin)
LOOP(cos_doubles, double, ft_cos)

const struct elementary_loops CPU_FN(elementary_loops) = {
    .isa = CPU_ISA_NAME,
    .floats = {[FLOAT_EXP] = exp_floats,
               [FLOAT_LOG] = log_floats,
               [FLOAT_TANH] = tanh_floats,
               [FLOAT_ERF] = erf_floats,
               [FLOAT_GELU] = gelu_floats,
               [FLOAT_GELU_GRAD] = gelu_grad_floats,
               [FLOAT_SIGMOID] = sigmoid_floats,
               [FLOAT_SILU] = silu_floats,
               [FLOAT_SILU_GRAD] = silu_grad_floats,
               [FLOAT_RSQRT] = rsqrt_floats,
               [FLOAT_FP16] = fp16_floats,
               [FLOAT_BF16] = bf16_floats},
    .doubles = {[DOUBLE_EXP] = exp_doubles,
                [DOUBLE_LOG] = log_doubles,
                [DOUBLE_SIN] = sin_doubles,
                [DOUBLE_COS] = cos_doubles},
};
