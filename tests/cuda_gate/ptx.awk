# What the strict contract forbids in the PTX of a kernel (docs/arithmetic.md, docs/cuda.md).
#   awk -v source=kernels/cuda/norm.cu -f ptx.awk norm.80.ptx
# prints a line for each: source, kernel, line of the source, instruction, reason. Compile with -lineinfo, or no line is named.

# Is `name` one of the parts of an opcode that name a floating-point type?
function floats(opcode) { return opcode ~ /\.(b?f(16|32|64)(x2)?|e[0-9]m[0-9](x2)?|tf32)(\.|$)/ }

# Why `opcode` may not be in a strict kernel; "" if it may.
function reason(opcode) {
  if (opcode ~ /^(atom|red|redux|multimem)(\.|$)/ && floats(opcode)) return "atomic operation on floats: its order is no one's"
  if (opcode ~ /^atom\./ && opcode ~ /\.(cas|exch)(\.|$)/) return "compare-and-swap or exchange: a sum in any order can be made of it"
  if (opcode ~ /^(wmma|mma|wgmma|tcgen05)(\.|$)/ || opcode ~ /\.tf32/) return "tensor core: no chain of fma"
  if (opcode ~ /\.ftz(\.|$)/) return "flushes subnormals"
  if (opcode ~ /\.approx(\.|$)/ || opcode ~ /^(sin|cos|ex2|lg2|tanh)\./) return "approximation: differs between GPUs"
  if (opcode ~ /^div\.full/) return "approximation: differs between GPUs"
  if (opcode ~ /^(add|sub|mul|mad|fma|div|sqrt|rcp)\./ && floats(opcode)) {
    if (opcode ~ /\.(rz|rm|rp)(\.|$)/) return "rounds elsewhere than to nearest even"
    if (opcode !~ /\.rn(\.|$)/) return "names no rounding: ptxas may contract it"
    if (opcode ~ /\.f64(\.|$)/) return "binary64: tensors are binary32"
  }
  if (opcode ~ /^cvt\./ && opcode ~ /\.(rz|rm|rp|rs|rna)(\.|$)/) return "rounds elsewhere than to nearest even"
  if (opcode ~ /^(min|max)\./ && floats(opcode)) return "min or max of floats: a maximum is a > b ? a : b"
  if (opcode ~ /^activemask\./) return "depends on how lanes happen to run"
  return ""
}

function refuse(opcode, why) { refused[++refusals] = kernel "\t" place "\t" opcode "\t" why }

# The place in our own tree that a .loc leads to: from a header of the toolkit on to where it was inlined.
function own_place(at,   steps, part, name) {
  for (steps = 0; steps < 20 && at != ""; steps++) {
    split(at, part, " ")
    name = path[part[2]]
    if (sub(/^.*\/(kernels|tests)\//, "&\t", name)) {
      match(name, /(kernels|tests)\/\t/)
      name = substr(name, RSTART)
      sub(/\t/, "", name)
      return name ":" part[3]
    }
    at = inlined[at]
  }
  return "line not known"
}

# Text of one instruction: without predicate, braces and labels.
function instruction(text,   opcode, why) {
  gsub(/[{}]/, " ", text)
  sub(/^[ \t]*([$%_A-Za-z0-9]+:)?[ \t]*(@!?[%A-Za-z0-9_$]+)?[ \t]*/, "", text)
  opcode = text
  sub(/[ \t].*$/, "", opcode)
  if (opcode == "" || opcode ~ /^\./) return
  instructions++
  why = reason(opcode)
  if (why != "") refuse(opcode, why)
  if (text ~ /%(clock|clock_hi|clock64|globaltimer[_a-z]*|smid|nsmid|warpid|nwarpid|gridid)([^a-z0-9_]|$)/)
    refuse(opcode, "reads what differs from run to run or GPU to GPU")
}

{ sub(/\/\/.*$/, ""); gsub(/\/\*[^*]*\*\//, "") }
/\.(entry|func)[ \t(]/ {
  kernel = $0
  sub(/^.*\.(entry|func)[ \t]*(\([^)]*\))?[ \t]*/, "", kernel)
  sub(/[ \t(;].*$/, "", kernel)
  if ($0 ~ /\.entry/) entries[++kernels] = kernel
  place = ""
  next
}
$1 == ".maxntid" { bounded[kernel] = 1; next }
$1 == ".file" { path[$2] = $3; gsub(/"/, "", path[$2]); next }
$1 == ".loc" {
  place = kernels " " $2 " " $3 " " $4
  sub(/,$/, "", place)
  inlined[place] = match($0, /inlined_at [0-9]+ [0-9]+ [0-9]+/) ? kernels " " substr($0, RSTART + 11, RLENGTH - 11) : ""
  next
}
$1 ~ /^\./ { next }
{ count = split($0, parts, ";"); for (i = 1; i <= count; i++) instruction(parts[i]) }
END {
  for (i = 1; i <= refusals; i++) {
    split(refused[i], field, "\t")
    print source ": kernel " field[1] ": " own_place(field[2]) ": " field[3] ": " field[4]
  }
  for (i = 1; i <= kernels; i++) if (!(entries[i] in bounded))
    print source ": kernel " entries[i] ": no __launch_bounds__: ptxas does not know how many registers a thread may have"
  if (expected && !kernels) print source ": no kernel in its PTX, where the source has some: the gate reads nothing"
  if (kernels && !instructions) print source ": no instruction in its PTX: the gate reads nothing"
}
