# The figures of ops_bench, gpu_peak and torch_bench.py as a Markdown table: a row for each measure and case, a column for each
# file; the strict product's share of the GPU's peak and the fast one's of its tensor cores', and how the fast table's figure
# and torch's stand to the strict one. What has no strict figure has no such share.
#   awk -f report.awk peak.tsv cuda.tsv cuda_fast.tsv torch.tsv      (those there are)
function compared(name) { return ("cuda" in there) && name != "cuda" }
function share(key, figure, most) {
  return (unit[key] == "GFLOP/s" && figure ? sprintf(" %.1f%%", 100 * figure / most) : "") " |"
}
BEGIN { FS = "\t" }
FNR == 1 { name = FILENAME; sub(/\.tsv$/, "", name); if (name != "peak") columns[++files] = name }
$1 == "peak" { peak = $3; print "Peak of binary32: " $3 " " $4 " (" $2 ")." ; next }
$1 == "tensor peak" {
  if ($3 != "not known") tensor = $3
  print "Peak of TF32 on tensor cores: " $3 ($3 != "not known" ? " " $4 : "") " (" $2 ")."
  next
}
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
  for (i = 1; i <= files; i++) there[columns[i]] = 1
  if (!("cuda" in there)) peak = 0
  if (!("cuda_fast" in there)) tensor = 0
  if (peak) { head = head " strict / peak |"; rule = rule "---|" }
  if (tensor) { head = head " fast / tensor peak |"; rule = rule "---|" }
  for (i = 1; i <= files; i++)
    if (compared(columns[i])) { head = head " " columns[i] " / cuda |"; rule = rule "---|" }
  print head
  print rule
  for (k = 1; k <= count; k++) {
    key = keys[k]
    split(key, part, "\t")
    row = "| " part[1] " | " part[2] " | " unit[key] " |"
    strict = value[key, "cuda"]
    for (i = 1; i <= files; i++) row = row " " value[key, columns[i]] " |"
    if (peak) row = row share(key, strict, peak)
    if (tensor) row = row share(key, value[key, "cuda_fast"], tensor)
    for (i = 1; i <= files; i++)
      if (compared(columns[i])) row = row (strict && value[key, columns[i]] ? sprintf(" %.2f", value[key, columns[i]] / strict) : "") " |"
    print row
  }
}
