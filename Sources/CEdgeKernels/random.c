#include "simd.h"

/* Philox4x32-10 (Salmon et al., 2011): the four words of a block. */
static inline void philox(uint32_t block, ek_random_stream stream, uint32_t words[4]) {
  uint32_t a = block, b = stream.step, c = stream.name[0], d = stream.name[1];
  UNROLL for (int round = 0; round < 10; round++) {
    const uint64_t p = (uint64_t)0xD2511F53u * a, q = (uint64_t)0xCD9E8D57u * c;
    a = (uint32_t)(q >> 32) ^ b ^ stream.key[0];
    b = (uint32_t)q;
    c = (uint32_t)(p >> 32) ^ d ^ stream.key[1];
    d = (uint32_t)p;
    stream.key[0] += 0x9E3779B9u;
    stream.key[1] += 0xBB67AE85u;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

void ek_random_mask_f32(const ek_random_stream *stream, int64_t first, int64_t count,
                        uint64_t threshold, float kept, float *y) {
  const ek_random_stream own = *stream;
  const int64_t end = first + count;
  while (first < end) {
    uint32_t words[4];
    const int64_t skipped = first % 4, n = ek_smaller(4 - skipped, end - first);
    philox((uint32_t)(first / 4), own, words);
    for (int64_t i = 0; i < n; i++) y[i] = words[skipped + i] >= threshold ? kept : 0.0f;
    first += n;
    y += n;
  }
}
