#include "matmul.h"

/* The nearest float16, the even one of two. */
static inline uint16_t ek_float16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000;
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (bits >= 0x47800000) return (uint16_t)(sign | 0x7c00);
  if (bits < 0x38800000) {
    /* Below 2^-14 the result is a multiple of 2^-24, which is the last place of 0.5. */
    float shifted;
    memcpy(&shifted, &bits, sizeof shifted);
    shifted += 0.5f;
    memcpy(&bits, &shifted, sizeof bits);
    return (uint16_t)(sign | (bits - 0x3f000000));
  }
  /* The exponent's bias goes from 127 to 15; half a last place, less where that is even. */
  bits += ((uint32_t)(15 - 127) << 23) + 0xfff + (bits >> 13 & 1);
  return (uint16_t)(sign | bits >> 13);
}

#define BODY "matmul_f16_body.h"
#include "each_isa.h"

void ek_pack_f16(ek_isa isa, int64_t k, int64_t n, const float *b, int64_t k_stride,
                 int64_t n_stride, uint16_t *packed) {
  DISPATCH(isa, pack, 1, k, n, b, k_stride, n_stride, packed);
}

void ek_matmul_f16(ek_isa isa, int64_t m, int64_t n, int64_t k, const ek_left *left,
                   const uint16_t *packed, int64_t first_panel, int64_t end_panel, float *c,
                   int64_t c_stride, const ek_epilogue *epilogue) {
  const ek_product product = ek_float_product(m, n, k, left, packed, c, c_stride, epilogue);
  DISPATCH(isa, matmul, &product, first_panel, end_panel);
}
