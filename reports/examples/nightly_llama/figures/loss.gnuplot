set encoding utf8
set terminal svg noenhanced size 704,458 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$train0 << EOD
5 0.705005
10 0.668399
15 0.533237
20 0.434596
25 0.433324
30 0.425303
35 0.360944
39 0.442221
EOD
$validation0 << EOD
0 0.688075
4 0.682043
8 0.748837
12 0.571362
16 0.510059
20 0.453049
24 0.467948
28 0.463312
32 0.432459
36 0.419598
39 0.415833
EOD
$train1 << EOD
5 0.689238
10 0.687069
15 0.470309
20 0.42479
25 0.466525
30 0.376015
35 0.386821
39 0.267932
EOD
$validation1 << EOD
0 0.690057
4 0.617785
8 0.570308
12 0.48601
16 0.503516
20 0.49893
24 0.484077
28 0.49041
32 0.452208
36 0.439736
39 0.432935
EOD
$train2 << EOD
5 0.677011
10 0.610585
15 0.55589
20 0.482306
25 0.45542
30 0.372928
35 0.389133
39 0.388703
EOD
$validation2 << EOD
0 0.672505
4 0.662615
8 0.517253
12 0.504458
16 0.47013
20 0.487176
24 0.511999
28 0.430009
32 0.400385
36 0.391241
39 0.392759
EOD
$train3 << EOD
5 0.702227
10 0.625245
15 0.497795
20 0.374849
25 0.440017
30 0.407413
35 0.329757
39 0.398545
EOD
$validation3 << EOD
0 0.686124
4 0.748056
8 0.61326
12 0.500002
16 0.474141
20 0.498724
24 0.468722
28 0.450981
32 0.430544
36 0.433056
39 0.431292
EOD
$train4 << EOD
5 0.708751
10 0.572531
15 0.538031
20 0.490415
25 0.412703
30 0.377401
35 0.372126
39 0.429923
EOD
$validation4 << EOD
0 0.702418
4 0.662389
8 0.53391
12 0.445314
16 0.454199
20 0.459187
24 0.446514
28 0.444013
32 0.464706
36 0.4486
39 0.4406
EOD
unset key
set multiplot
set arrow 1 from screen 0.0909,0.9520 to screen 0.1335,0.9520 nohead lw 2.5 lc rgb '#0072B2'
set label 1 'train loss' at screen 0.1449,0.9520 left textcolor rgb '#000000'
set arrow 2 from screen 0.2926,0.9520 to screen 0.3352,0.9520 nohead lw 2.5 lc rgb '#D55E00'
set label 2 'validation loss' at screen 0.3466,0.9520 left textcolor rgb '#000000'
set label 3 '(a line for each run)' at screen 0.5511,0.9520 left textcolor rgb '#666666'
set lmargin at screen 0.0909
set rmargin at screen 0.9077
set tmargin at screen 0.8384
set bmargin at screen 0.1572
set yrange [0.239078:0.777691]
set ytics 0.1
set format y '%.1f'
set ylabel 'loss (nats)'
set xlabel 'optimiser step'
set xrange [0:39]
set xtics 5
set format x '%.0f'
set title 'base' font ',11' textcolor rgb '#000000' offset 0,-0.5
plot $train0 using 1:2 with lines lw 1 lc rgb '#600072B2' notitle, \
    $train1 using 1:2 with lines lw 1 lc rgb '#600072B2' notitle, \
    $train2 using 1:2 with lines lw 1 lc rgb '#600072B2' notitle, \
    $train3 using 1:2 with lines lw 1 lc rgb '#600072B2' notitle, \
    $train4 using 1:2 with lines lw 1 lc rgb '#600072B2' notitle, \
    $validation0 using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '#D55E00' notitle, \
    $validation1 using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '#D55E00' notitle, \
    $validation2 using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '#D55E00' notitle, \
    $validation3 using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '#D55E00' notitle, \
    $validation4 using 1:2 with linespoints pt 7 ps 0.3 lw 1.2 lc rgb '#D55E00' notitle
unset arrow
unset label
unset multiplot
