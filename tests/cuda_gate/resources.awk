# A row for each kernel of a source on one architecture, from its PTX (threads of a block) and from what ptxas -v says:
#   awk -v source=kernels/cuda/norm.cu -v architecture=80 -f resources.awk norm.80.ptx norm.80.txt
# source, kernel, architecture, threads, registers, static shared bytes, stack bytes, spilled bytes; tabs between.
function integer_before(text, words) { return match(text, "[0-9]+ " words) ? substr(text, RSTART) + 0 : 0 }

/\.entry[ \t]/ {
  kernel = $0
  sub(/^.*\.entry[ \t]*/, "", kernel)
  sub(/[ \t(].*$/, "", kernel)
  kernels[++count] = kernel
}
/^\.maxntid/ { gsub(/,/, " "); threads[kernel] = ($2 ? $2 : 1) * ($3 ? $3 : 1) * ($4 ? $4 : 1) }
/Compiling entry function/ { split($0, quoted, "'"); kernel = quoted[2] }
/bytes stack frame/ {
  stack = integer_before($0, "bytes stack frame")
  spilled = integer_before($0, "bytes spill stores") + integer_before($0, "bytes spill loads")
}
/Used [0-9]+ registers/ {
  uses[kernel] = integer_before($0, "registers") "\t" integer_before($0, "bytes smem") "\t" stack "\t" spilled
}
END {
  for (i = 1; i <= count; i++)
    print source "\t" kernels[i] "\t" architecture "\t" threads[kernels[i]] + 0 "\t" uses[kernels[i]]
}
