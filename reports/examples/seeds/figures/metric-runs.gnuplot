set encoding utf8
set terminal svg noenhanced size 560,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-0.055 0.880734
-0.045 0.889908
-0.035 0.869159
-0.025 0.873874
-0.015 0.872727
-0.005 0.881818
0.005 0.883721
0.015 0.872727
0.025 0.87037
0.035 0.855814
0.045 0.887892
0.055 0.872727
EOD
$means0 << EOD
0 0.875956 0.855814 0.889908
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run' font ',14'
set xlabel ''
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-0.25:0.25]
set xtics ('base' 0)
set yrange [0.852405:0.893318]
set ytics 0.005
set format y '%.3f'
plot $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.065):2:(0.13):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run'
