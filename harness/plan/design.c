#include "harness/plan/design.h"

#include <math.h>

const char *design_name(int design)
{
    switch ((enum vary_design)design) {
    case DESIGN_JOINT:
        return "joint";
    case DESIGN_ONE_AT_A_TIME:
        return "one_at_a_time";
    case DESIGN_CROSSED:
        return "crossed";
    case DESIGN_LATIN:
        return "latin";
    }
    return "unknown";
}

int design_streams(unsigned vary)
{
    int streams = 0;
    for (int stream = 0; stream < DESIGN_STREAMS; stream++)
        streams += (vary >> stream & 1) != 0;
    return streams;
}

double design_size(const struct experiment *experiment)
{
    double levels = experiment->levels;
    int streams = design_streams(experiment->vary);
    switch ((enum vary_design)experiment->design) {
    case DESIGN_JOINT:
        break;
    case DESIGN_ONE_AT_A_TIME:
        return 1 + streams * (levels - 1);
    case DESIGN_CROSSED:
        return pow(levels, streams);
    case DESIGN_LATIN:
        return levels * levels;
    }
    return experiment->span.most;
}

/* Of stream number `position` of the `streams` that vary. */
static int level_of(const struct experiment *experiment, int repeat, int position, int streams)
{
    int levels = experiment->levels;
    switch ((enum vary_design)experiment->design) {
    case DESIGN_JOINT:
        break;
    case DESIGN_ONE_AT_A_TIME: {
        int others = levels - 1, before = position * others;
        return repeat > before && repeat <= before + others ? repeat - before : 0;
    }
    case DESIGN_CROSSED:
        for (int later = position + 1; later < streams; later++)
            repeat /= levels;
        return repeat % levels;
    case DESIGN_LATIN: {
        int row = repeat / levels, column = repeat % levels;
        return position == 0 ? row : position == 1 ? column : (row + column) % levels;
    }
    }
    return repeat;
}

void design_levels(const struct experiment *experiment, int repeat, int level[DESIGN_STREAMS])
{
    int position = 0, streams = design_streams(experiment->vary);
    for (int stream = 0; stream < DESIGN_STREAMS; stream++) {
        bool varied = (experiment->vary >> stream & 1) != 0;
        level[stream] = varied ? level_of(experiment, repeat, position++, streams) : 0;
    }
}
