set encoding utf8
set terminal svg noenhanced size 560,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
-0.02 0.862385
-0.01 0.83871
0 0.858447
0.01 0.841629
0.02 0.857143
EOD
$means0 << EOD
0 0.851663 0.83871 0.862385
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run' font ',14'
set xlabel ''
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [-0.25:0.25]
set xtics ('base' 0)
set yrange [0.836342:0.864753]
set ytics 0.005
set format y '%.3f'
plot $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.03):2:(0.06):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run'
