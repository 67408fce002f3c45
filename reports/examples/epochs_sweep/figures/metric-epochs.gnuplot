set encoding utf8
set terminal svg noenhanced size 760,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-0.0130103 0.726115
0 0.726115
0.0130103 0.726115
0.28802 0.847458
0.30103 0.858369
0.31404 0.839286
0.464111 0.853211
0.477121 0.859813
0.490132 0.875576
0.68596 0.885845
0.69897 0.881818
0.71198 0.889908
0.89008 0.883929
0.90309 0.888889
0.9161 0.889908
1.28802 0.889908
1.30103 0.878924
1.31404 0.878924
EOD
$means0 << EOD
0 0.726115 0.726115 0.726115
0.30103 0.848371 0.839286 0.858369
0.477121 0.862867 0.853211 0.875576
0.69897 0.885857 0.881818 0.889908
0.90309 0.887575 0.883929 0.889908
1.30103 0.882585 0.878924 0.889908
EOD
$best << EOD
0.90309 0.887575
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run, by epochs' font ',14'
set xlabel 'epochs (log scale)'
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-0.130103:1.43113]
set xtics ('1' 0, '2' 0.30103, '3' 0.477121, '5' 0.69897, '8' 0.90309, '20' 1.30103)
set yrange [0.709735:0.906288]
set ytics 0.02
set format y '%.2f'
plot $means0 using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '#0072B2' notitle, \
    $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.0260206):2:(0.0520412):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run', \
    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000' title 'recommended setting'
