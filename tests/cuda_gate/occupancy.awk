# docs/cuda_kernels.md from the rows of resources.awk for 80 and 90. Limits of a multiprocessor by compute capability and how
# resources are given out: CUDA C++ programming guide, "Compute Capabilities", and the occupancy calculator of the toolkit.
BEGIN {
  FS = "\t"
  registers_of_processor = 65536; registers_of_warp_step = 256; warps_step = 4
  warps_of_processor = 64; blocks_of_processor = 32
  shared_of_processor[80] = 164 * 1024; shared_of_processor[90] = 228 * 1024
  shared_reserved = 1024; shared_step = 128
}

function up(value, step) { return int((value + step - 1) / step) * step }
function least(a, b) { return a < b ? a : b }

# Blocks that a multiprocessor holds at once; sets `limit` to what allows no more.
function resident(architecture, threads, registers, shared,   warps, by_warps, by_registers, by_shared, blocks) {
  warps = up(threads, 32) / 32
  by_warps = least(int(warps_of_processor / warps), blocks_of_processor)
  by_registers = int(registers_of_processor / up(registers * 32, registers_of_warp_step) / warps_step) * warps_step
  by_registers = int(by_registers / warps)
  by_shared = int(shared_of_processor[architecture] / up(shared + shared_reserved, shared_step))
  blocks = least(least(by_warps, by_registers), by_shared)
  limit = blocks == by_warps ? "" : blocks == by_registers ? "registers" : "shared memory"
  return blocks
}

# What a reader knows a kernel by: without type, namespace and parameters.
function short_name(kernel,   depth, i, c) {
  gsub(/\(anonymous namespace\)::/, "", kernel)
  for (i = length(kernel); i > 0; i--) {
    c = substr(kernel, i, 1)
    if (c == ")") depth++
    if (c == "(" && --depth == 0) break
  }
  if (i > 1) kernel = substr(kernel, 1, i - 1)
  sub(/^(static )?void /, "", kernel)
  gsub(/\((int|bool|unsigned int)\)/, "", kernel)
  return kernel
}

{
  name = short_name($2)
  key = $1 "\t" name
  if (!(key in threads)) keys[++count] = key
  threads[key] = $4
  used[key, $3] = $5
  shared[key] = $6
}
END {
  print "# The kernels as compiled"
  print ""
  print "What nvcc " nvcc " makes of each kernel for compute capability 8.0 and 9.0: threads of a block (the bound that the"
  print "kernel states), registers of a thread, shared memory of a block in bytes (declared in the source), and how much of a"
  print "multiprocessor's 2048 threads can be resident, with what allows no more. No kernel spills registers. `ci/gpu table`"
  print "writes this file; a test compares it with the compiler at hand."
  print ""
  print "| source | kernel | threads | registers 8.0 | 9.0 | shared | resident 8.0 | 9.0 |"
  print "|---|---|---|---|---|---|---|---|"
  for (i = 1; i <= count; i++) {
    key = keys[i]
    split(key, part, "\t")
    row = "| " part[1] " | `" part[2] "` | " threads[key] " | " used[key, 80] " | " used[key, 90] " | " shared[key]
    for (architecture = 80; architecture <= 90; architecture += 10) {
      blocks = resident(architecture, threads[key], used[key, architecture], shared[key])
      row = row sprintf(" | %d%%%s", blocks * threads[key] * 100 / 2048, limit == "" ? "" : " (" limit ")")
    }
    print row " |"
  }
}
