set encoding utf8
set terminal svg noenhanced size 760,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-4.70198 0.733032
-4.69897 0.791489
-4.69596 0.757991
-4.82692 0.719472
-4.82391 0.786026
-4.8209 0.759825
-4.52589 0.8125
-4.52288 0.809917
-4.51987 0.790244
EOD
$means0 << EOD
-4.69897 0.760837 0.733032 0.791489
-4.82391 0.755108 0.719472 0.786026
-4.52288 0.80422 0.790244 0.8125
EOD
$best << EOD
-4.52288 0.80422
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run, by learning_rate' font ',14'
set xlabel 'learning_rate (log scale)'
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-4.85401:-4.49278]
set xtics ('2e-5' -4.69897, '1.5e-5' -4.82391, '3e-5' -4.52288)
set yrange [0.710169:0.821803]
set ytics 0.02
set format y '%.2f'
plot $means0 using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '#0072B2' notitle, \
    $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.0060206):2:(0.0120412):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run', \
    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000' title 'least bad setting'
