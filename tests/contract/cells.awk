# The cells of a matrix of factors. Input: one factor a line, "NAME VALUE VALUE ..."; output: one cell a line,
# "NAME=VALUE NAME=VALUE ...", in an order that depends on the input alone.
#   awk -v cover=full      every combination
#   awk -v cover=pairwise  few cells in which every two values of different factors meet: each cell starts from the first
#                          pair that has not met yet, and each other factor takes the value that meets most new ones
# Then every pair is looked for in what was written, and "# CELLS cells, MET of ALL pairs" is the last line; the exit code
# is 1 when one is missing.

{
    name[NR] = $1
    values[NR] = NF - 1
    for (i = 2; i <= NF; i++)
        value[NR, i - 1] = $i
}

function pair(f, i, g, j) {
    return f < g ? f SUBSEP i SUBSEP g SUBSEP j : g SUBSEP j SUBSEP f SUBSEP i
}

function write_cell(    f, g, line) {
    cells++
    for (f = 1; f <= NR; f++) {
        line = line (f > 1 ? " " : "") name[f] "=" value[f, cell[f]]
        used[f, cell[f]]++
        for (g = f + 1; g <= NR; g++)
            met[pair(f, cell[f], g, cell[g])] = 1
    }
    print line
}

function write_all(f,    i) {
    if (f > NR) {
        write_cell()
        return
    }
    for (i = 1; i <= values[f]; i++) {
        cell[f] = i
        write_all(f + 1)
    }
}

# Starts a cell from the first pair that has not met; 0 when all have.
function start_cell(    f, g, i, j) {
    for (f = 1; f <= NR; f++)
        for (g = f + 1; g <= NR; g++)
            for (i = 1; i <= values[f]; i++)
                for (j = 1; j <= values[g]; j++)
                    if (!(pair(f, i, g, j) in met)) {
                        cell[f] = i
                        cell[g] = j
                        return 1
                    }
    return 0
}

# The value of factor f that meets most values of the cell so far anew; of equal ones that which was used least.
function best_value(f,    i, g, new, most, best) {
    most = -1
    for (i = 1; i <= values[f]; i++) {
        new = 0
        for (g = 1; g <= NR; g++)
            if (cell[g] > 0 && !(pair(f, i, g, cell[g]) in met)) new++
        if (new > most || (new == most && used[f, i] + 0 < used[f, best] + 0)) {
            most = new
            best = i
        }
    }
    return best
}

function write_pairwise(    f) {
    for (;;) {
        for (f = 1; f <= NR; f++)
            cell[f] = 0
        if (!start_cell()) return
        for (f = 1; f <= NR; f++)
            if (cell[f] == 0) cell[f] = best_value(f)
        write_cell()
    }
}

END {
    if (cover == "full")
        write_all(1)
    else
        write_pairwise()
    for (f = 1; f <= NR; f++)
        for (g = f + 1; g <= NR; g++)
            for (i = 1; i <= values[f]; i++)
                for (j = 1; j <= values[g]; j++) {
                    all++
                    found += pair(f, i, g, j) in met
                }
    printf "# %d cells, %d of %d pairs\n", cells, found, all
    exit found != all
}
