set encoding utf8
set terminal svg noenhanced size 560,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-0.12 0.880734
-0.11 0.883929
-0.1 0.86758
-0.09 0.877828
-0.08 0.887892
-0.07 0.869159
-0.06 0.891892
-0.05 0.858447
-0.04 0.901786
-0.03 0.889908
-0.02 0.864865
-0.01 0.865116
0 0.872727
0.01 0.877828
0.02 0.883929
0.03 0.875576
0.04 0.87156
0.05 0.875
0.06 0.882883
0.07 0.884956
0.08 0.848214
0.09 0.889908
0.1 0.863636
0.11 0.833333
0.12 0.877828
EOD
$means0 << EOD
0 0.875061 0.833333 0.901786
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run' font ',14'
set xlabel ''
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-0.25:0.25]
set xtics ('base' 0)
set yrange [0.826488:0.908631]
set ytics 0.01
set format y '%.2f'
plot $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.13):2:(0.26):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run'
