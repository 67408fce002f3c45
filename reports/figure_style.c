#include "reports/figure_style.h"

void figure_style_begin(struct text *script, int width, int height)
{
    text_addf(script,
              "set encoding utf8\n"
              "set terminal svg noenhanced size %d,%d font 'DejaVu Sans,Verdana,Arial,sans-serif,12' "
              "background rgb '#FFFFFF'\n"
              "set border 3 lw 1 lc rgb '" FIGURE_GREY "'\n"
              "set grid ytics lw 0.5 lc rgb '#DDDDDD'\n"
              "set tics nomirror out scale 0.5 textcolor rgb '#333333'\n",
              width, height);
}
