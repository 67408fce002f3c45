#include "harness/diagnose/thresholds.h"

const struct thresholds thresholds = {
    .fall = 0.05,
    .fall_alone = 0.10,
    .rise = 0.10,
    .noise = 1.25,
    .end = 0.02,
    .floor = 0.05,
    .train_floor = 0.4,
    .surge = 1.5,
    .train_surge = 2,
    .train_wave = 1.3,
    .swing = 0.20,
    .flips = 0.5,
    .path = 4,
    .collapse_fall = 0.10,
    .rebound = 0.8,
    .trend = -0.05,
};
