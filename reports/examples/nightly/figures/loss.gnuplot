set encoding utf8
set terminal svg noenhanced size 704,458 font 'DejaVu Sans,Verdana,Arial,sans-serif,12' background rgb '#FFFFFF'
set border 3 lw 1 lc rgb '#666666'
set grid ytics lw 0.5 lc rgb '#DDDDDD'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
$train0 << EOD
5 0.697376
10 0.695793
15 0.703533
20 0.694548
25 0.688367
30 0.666528
35 0.568243
39 0.518408
EOD
$validation0 << EOD
0 0.691814
4 0.712856
8 0.689452
12 0.709773
16 0.685847
20 0.689381
24 0.696613
28 0.666973
32 0.576826
36 0.509081
39 0.497671
EOD
$train1 << EOD
5 0.69483
10 0.697397
15 0.693998
20 0.680539
25 0.542359
30 0.392842
35 0.479703
39 0.286297
EOD
$validation1 << EOD
0 0.689255
4 0.688607
8 0.706927
12 0.692297
16 0.686099
20 0.62184
24 0.498465
28 0.46011
32 0.436632
36 0.438069
39 0.432971
EOD
$train2 << EOD
5 0.695971
10 0.695055
15 0.702784
20 0.697972
25 0.688159
30 0.661415
35 0.564415
39 0.528771
EOD
$validation2 << EOD
0 0.691468
4 0.688411
8 0.713531
12 0.684806
16 0.697436
20 0.703011
24 0.690254
28 0.644947
32 0.569508
36 0.523147
39 0.510431
EOD
$train3 << EOD
5 0.699941
10 0.699431
15 0.694946
20 0.689967
25 0.641278
30 0.528631
35 0.435544
39 0.454939
EOD
$validation3 << EOD
0 0.694928
4 0.736446
8 0.689324
12 0.696234
16 0.69688
20 0.673065
24 0.594134
28 0.527346
32 0.448387
36 0.462864
39 0.466434
EOD
$train4 << EOD
5 0.695384
10 0.696865
15 0.68894
20 0.685339
25 0.577684
30 0.461709
35 0.390322
39 0.399295
EOD
$validation4 << EOD
0 0.694013
4 0.696887
8 0.68519
12 0.708911
16 0.700361
20 0.637048
24 0.521624
28 0.473485
32 0.489017
36 0.512329
39 0.507737
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
set yrange [0.259288:0.763455]
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
