set encoding utf8
set terminal svg noenhanced size 760,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-5.04 0.726115
-5 0.726115
-4.96 0.726115
-4.04 0.726115
-4 0.726115
-3.96 0.726115
-3.56288 0.87156
-3.52288 0.86385
-3.48288 0.873874
-3.04 0.880734
-3 0.889908
-2.96 0.869159
-2.56288 0.860987
-2.52288 0.890909
-2.48288 0.866071
-2.04 0.773585
-2 0.726115
-1.96 0.726115
-1.04 0.726115
-1 0.726115
-0.96 0.726115
EOD
$means0 << EOD
-5 0.726115 0.726115 0.726115
-4 0.726115 0.726115 0.726115
-3.52288 0.869761 0.86385 0.873874
-3 0.879934 0.869159 0.889908
-2.52288 0.872656 0.860987 0.890909
-2 0.741938 0.726115 0.773585
-1 0.726115 0.726115 0.726115
EOD
$best << EOD
-3.52288 0.869761
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run, by learning_rate' font ',14'
set xlabel 'learning_rate (log scale)'
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-5.4:-0.6]
set xtics ('1e-5' -5, '1e-4' -4, '3e-4' -3.52288, '1e-3' -3, '3e-3' -2.52288, '0.01' -2, '0.1' -1)
set yrange [0.709635:0.907389]
set ytics 0.02
set format y '%.2f'
plot $means0 using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '#0072B2' notitle, \
    $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.08):2:(0.16):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run', \
    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000' title 'recommended setting'
