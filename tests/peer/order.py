"""The order in which ftbench takes the training samples, written a second time (the first: trainer/fit/order.h and
kernels/common/philox.h), so that the peer can be fed the same samples in the same order."""

STREAM_ORDER = 2
WORD = 0xFFFFFFFF


def philox4x32_10(key, counter):
    """Philox4x32-10 of Salmon et al., SC'11."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & WORD, (a >> 32) ^ c3 ^ k1, a & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


class Draws:
    """Whole numbers below a bound, without bias, from successive blocks of one key and counter."""

    def __init__(self, key, counter):
        self.key, self.counter, self.block = key, counter, 0

    def below(self, bound):
        reject_below = (2**32 - bound) % bound
        while True:
            words = philox4x32_10(self.key, (*self.counter, self.block))
            self.block += 1
            for word in words:
                if (word * bound) & WORD >= reject_below:
                    return (word * bound) >> 32


def order_of_epoch(seed, epoch, count):
    """A permutation of range(count): Fisher-Yates from the last place down to the second."""
    draws = Draws((seed, STREAM_ORDER), (epoch, 0, 0))
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = draws.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order
