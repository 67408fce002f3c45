# The figures of ops_bench, gpu_peak and torch_bench.py as a Markdown table: a row for each measure and case, a column for each
# file; the strict product's share of the GPU's peak, and how the fast table's figure and torch's stand to the strict one.
#   awk -f report.awk peak.tsv cuda.tsv cuda_fast.tsv torch.tsv      (those there are)
BEGIN { FS = "\t" }
FNR == 1 { name = FILENAME; sub(/\.tsv$/, "", name); if (name != "peak") columns[++files] = name }
$1 == "peak" { peak = $3; print "Peak of binary32: " $3 " " $4 " (" $2 ")." ; next }
$1 == "table" { print "`" $2 "`: " $3 ", " $4 "."; next }
{
  key = $1 "\t" $2
  if (!(key in unit)) keys[++count] = key
  unit[key] = $4
  value[key, name] = $3
}
END {
  print ""
  head = "| measure | case | unit |"; rule = "|---|---|---|"
  for (i = 1; i <= files; i++) { head = head " " columns[i] " |"; rule = rule "---|" }
  if (peak) { head = head " strict / peak |"; rule = rule "---|" }
  for (i = 2; i <= files; i++) { head = head " " columns[i] " / " columns[1] " |"; rule = rule "---|" }
  print head
  print rule
  for (k = 1; k <= count; k++) {
    key = keys[k]
    split(key, part, "\t")
    row = "| " part[1] " | " part[2] " | " unit[key] " |"
    strict = value[key, columns[1]]
    for (i = 1; i <= files; i++) row = row " " value[key, columns[i]] " |"
    if (peak) row = row (unit[key] == "GFLOP/s" ? sprintf(" %.1f%%", 100 * strict / peak) : "") " |"
    for (i = 2; i <= files; i++)
      row = row (strict && value[key, columns[i]] ? sprintf(" %.2f", value[key, columns[i]] / strict) : "") " |"
    print row
  }
}
