#include "trainer/data/lexicon.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXTS(array)                                                                                         \
    {                                                                                                        \
        (array), COUNT(array)                                                                                \
    }

static const struct lexicon_word aspects[] = {
    {"剧情", ASPECT_PLOT},  {"故事", ASPECT_PLOT},  {"表演", ASPECT_ACTING},  {"演技", ASPECT_ACTING},
    {"节奏", ASPECT_PACE},  {"剪辑", ASPECT_PACE},  {"画面", ASPECT_PICTURE}, {"摄影", ASPECT_PICTURE},
    {"音乐", ASPECT_MUSIC}, {"配乐", ASPECT_MUSIC},
};
const struct lexicon_words lexicon_aspects = TEXTS(aspects);

static const struct lexicon_word positive[] = {
    {"精彩", ASPECT_ALL},
    {"出色", ASPECT_ALL},
    {"到位", ASPECT_ALL},
    {"动人", ASPECT_PLOT | ASPECT_ACTING | ASPECT_MUSIC},
    {"细腻", ASPECT_PLOT | ASPECT_ACTING | ASPECT_PICTURE},
    {"惊艳", ASPECT_ACTING | ASPECT_PICTURE | ASPECT_MUSIC},
    {"自然", ASPECT_ACTING | ASPECT_PACE | ASPECT_PICTURE},
    {"流畅", ASPECT_PLOT | ASPECT_PACE},
    {"紧凑", ASPECT_PLOT | ASPECT_PACE},
    {"优美", ASPECT_PICTURE | ASPECT_MUSIC},
};
static const struct lexicon_word negative[] = {
    {"糟糕", ASPECT_ALL},
    {"平庸", ASPECT_ALL},
    {"敷衍", ASPECT_ALL},
    {"尴尬", ASPECT_PLOT | ASPECT_ACTING | ASPECT_MUSIC},
    {"生硬", ASPECT_PLOT | ASPECT_ACTING | ASPECT_PICTURE},
    {"浮夸", ASPECT_ACTING | ASPECT_PICTURE | ASPECT_MUSIC},
    {"单调", ASPECT_ACTING | ASPECT_PACE | ASPECT_PICTURE},
    {"拖沓", ASPECT_PLOT | ASPECT_PACE},
    {"混乱", ASPECT_PLOT | ASPECT_PACE},
    {"粗糙", ASPECT_PICTURE | ASPECT_MUSIC},
};
const struct lexicon_words lexicon_sentiment[SENTIMENTS] = {
    [SENTIMENT_NEGATIVE] = TEXTS(negative),
    [SENTIMENT_POSITIVE] = TEXTS(positive),
};

static const char *const good_judgements[] = {"值得一看", "让人满意", "很推荐", "没有白来", "还想再看一遍"};
static const char *const bad_judgements[] = {"不值票价", "让人失望", "不推荐", "白花了钱", "看到一半想走"};
const struct lexicon_texts lexicon_judgements[SENTIMENTS] = {
    [SENTIMENT_NEGATIVE] = TEXTS(bad_judgements),
    [SENTIMENT_POSITIVE] = TEXTS(good_judgements),
};

static const char *const intensifiers[] = {"很", "非常", "特别", "实在", "相当", ""};
const struct lexicon_texts lexicon_intensifiers = TEXTS(intensifiers);
static const char *const negations[] = {"不", "并不", "一点也不", "谈不上", "没有多"};
const struct lexicon_texts lexicon_negations = TEXTS(negations);
static const char *const softeners[] = {"有点", "稍微", "偶尔"};
const struct lexicon_texts lexicon_softeners = TEXTS(softeners);
static const char *const comparisons[] = {"上一部", "原著", "预告片", "同类片子"};
const struct lexicon_texts lexicon_comparisons = TEXTS(comparisons);

static const char *const openers[] = {
    "", "", "", "", "周末和朋友去看的，", "昨晚在家看完，", "下班后看了夜场，", "陪家人去电影院，",
};
const struct lexicon_texts lexicon_openers = TEXTS(openers);
static const char *const films[] = {
    "", "", "", "这部片子", "这部爱情片", "这部科幻片", "《山海之间》", "《夏夜来信》", "《长街》",
};
const struct lexicon_texts lexicon_films = TEXTS(films);
static const char *const fillers[] = {
    "", "", "", "", "全长两个小时。", "结尾有彩蛋。", "影院人不多。", "我坐在后排。",
};
const struct lexicon_texts lexicon_fillers = TEXTS(fillers);

static const char *const plain[] = {"AIG，AG。", "AIG，AIG！", "AIG，J。", "AG，AG，J。"};
static const char *const negation[] = {"AXB，J。", "AXB，AG。", "AXB，AXB。", "AXB。", "AIG，AXB。"};
static const char *const contrast[] = {"虽然AIB，但是AIG。", "AB，但是AIG。", "虽然AB，但是J。",
                                       "尽管AIB，但是AXB。"};
static const char *const faint_praise[] = {"A还算B，也就那样。", "A还行吧，也就那样。",
                                           "A勉强看得过去，也就那样。", "A勉强看得过去，AG。",
                                           "A还算B，也就那样，J。"};
static const char *const faint_blame[] = {"AMB，瑕不掩瑜。", "A有小毛病，不过AG。", "AMB，不碍事。",
                                          "A有小毛病，瑕不掩瑜。", "AMB，不过AG。"};
static const char *const comparison[] = {"A比TG多了。", "A没有T那么B。", "和T比，AIG。", "A没有T那么B，AG。"};
static const char *const rhetorical[] = {"谁说AB？J。", "谁说AB？AG。", "A哪里B了？", "A哪里B了？J。",
                                         "A难道不G吗？"};
static const char *const mixed[] = {"AG，AB，总的来说J。", "AB，AG，总的来说J。", "AIB，AG，总之J。",
                                    "AIG，AB，总之J。"};

#define EITHER(array)                                                                                        \
    {                                                                                                        \
        [SENTIMENT_NEGATIVE] = TEXTS(array), [SENTIMENT_POSITIVE] = TEXTS(array)                             \
    }
const struct lexicon_texts lexicon_patterns[CONSTRUCTIONS][SENTIMENTS] = {
    [CONSTRUCTION_PLAIN] = EITHER(plain),
    [CONSTRUCTION_NEGATION] = EITHER(negation),
    [CONSTRUCTION_CONTRAST] = EITHER(contrast),
    [CONSTRUCTION_FAINT] =
        {[SENTIMENT_NEGATIVE] = TEXTS(faint_praise), [SENTIMENT_POSITIVE] = TEXTS(faint_blame)},
    [CONSTRUCTION_COMPARISON] = EITHER(comparison),
    [CONSTRUCTION_RHETORICAL] = EITHER(rhetorical),
    [CONSTRUCTION_MIXED] = EITHER(mixed),
};
