set encoding utf8
set terminal svg noenhanced size 760,460 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$runs0 << EOD
0.587008 0.873874
0.60206 0.900901
0.617111 0.876712
0.888038 0.875
0.90309 0.901786
0.918141 0.86087
1.18907 0.878924
1.20412 0.883929
1.21917 0.877828
1.4901 0.878505
1.50515 0.87963
1.5202 0.894977
1.79113 0.869159
1.80618 0.877828
1.82123 0.894009
2.09216 0.837209
2.10721 0.807882
2.12226 0.819048
EOD
$means0 << EOD
0.60206 0.883829 0.873874 0.900901
0.90309 0.879218 0.86087 0.901786
1.20412 0.880227 0.877828 0.883929
1.50515 0.88437 0.878505 0.894977
1.80618 0.880332 0.869159 0.894009
2.10721 0.82138 0.807882 0.837209
EOD
$best << EOD
1.50515 0.88437
EOD
set ylabel 'F1 on the validation data (fraction)'
set title 'F1 of every run, by batch_size' font ',14'
set xlabel 'batch_size (log scale)'
set key outside below center horizontal reverse Left samplen 2 width 1 spacing 1.2 height 0.6 textcolor rgb '#000000'
set xrange [0.451545:2.25772]
set xtics ('4' 0.60206, '8' 0.90309, '16' 1.20412, '32' 1.50515, '64' 1.80618, '128' 2.10721)
set yrange [0.798491:0.911176]
set ytics 0.02
set format y '%.2f'
plot $means0 using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '#0072B2' notitle, \
    $means0 using 1:3:(0):($4-$3) with vectors nohead lw 9 lc rgb '#A00072B2' title 'from the worst run to the best', \
    $means0 using ($1-0.030103):2:(0.060206):(0) with vectors nohead lw 3 lc rgb '#0072B2' title 'mean of the runs', \
    $runs0 using 1:2 with points pt 7 ps 0.5 lc rgb '#000000' title 'one run', \
    $best using 1:2 with points pt 6 ps 2.2 lw 1.5 lc rgb '#000000' title 'recommended setting'
