set encoding utf8
set terminal svg noenhanced size 760,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
1.98 0.733032
2 0.791489
2.02 0.757991
3.98 0.628319
4 0.77686
4.02 0.774775
EOD
$means0 << EOD
2 0.760837 0.733032 0.791489
4 0.726651 0.628319 0.77686
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run, by batch_size' font ',14'
set xlabel 'batch_size'
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [1.8:4.2]
set xtics ('2' 2, '4' 4)
set yrange [0.612002:0.807806]
set ytics 0.02
set format y '%.2f'
plot $means0 using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '#0072B2' notitle, \
    $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.04):2:(0.08):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run'
