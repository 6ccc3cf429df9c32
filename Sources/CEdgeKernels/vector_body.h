/* A vector of VW floats: loads, stores, and the little arithmetic that C's operators lack. */

typedef float NAME(vf) __attribute__((ext_vector_type(VW)));
typedef int32_t NAME(vi) __attribute__((ext_vector_type(VW)));
typedef float NAME(vfu) __attribute__((ext_vector_type(VW), aligned(4), may_alias));

INLINE vf vload(const float *p) { return *(const NAME(vfu) *)p; }
INLINE void vstore(float *p, vf v) { *(NAME(vfu) *)p = v; }

/* The first n <= VW floats of p, and `rest` in the other lanes. */
INLINE vf vload_part_or(const float *p, int64_t n, vf rest) {
#if VW == 16
  return _mm512_mask_loadu_ps(rest, (__mmask16)((1u << n) - 1), p);
#elif VW == 8
  static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  __m256i mask = _mm256_loadu_si256((const __m256i_u *)(ones + 8 - n));
  return _mm256_blendv_ps(rest, _mm256_maskload_ps(p, mask), _mm256_castsi256_ps(mask));
#else
  if (n >= 4) return vload(p);
  if (n >= 1) rest.x = p[0];
  if (n >= 2) rest.y = p[1];
  if (n >= 3) rest.z = p[2];
  return rest;
#endif
}

INLINE vf vload_part(const float *p, int64_t n) { return vload_part_or(p, n, (vf)0.0f); }

/* Stores the first n <= VW lanes. */
INLINE void vstore_part(float *p, vf v, int64_t n) {
#if VW == 16
  /* A load that follows waits for a masked store if it overlaps the lanes that aren't stored: the
   * next row of a matrix in place. So the usual tails are stored without a mask. */
  if (n == 8) {
    *(ek_f8u *)p = v.lo;
  } else if (n == 4) {
    *(ek_f4u *)p = v.lo.lo;
  } else {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
  }
#else
  if (n >= VW) {
    vstore(p, v);
    return;
  }
#if VW == 8
  /* AMD's masked 256-bit stores are microcode; three narrower stores are faster. */
  ek_f4 low = v.lo;
  if (n & 4) {
    *(ek_f4u *)p = low;
    p += 4;
    low = v.hi;
  }
#else
  ek_f4 low = v;
#endif
  if (n & 2) {
    *(ek_f2u *)p = low.lo;
    p += 2;
    low.lo = low.hi;
  }
  if (n & 1) *p = low.x;
#endif
}

/* a * b + c, rounded once where the instruction set can. */
INLINE vf vfma(vf a, vf b, vf c) {
#if FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* Where one is not a number, the second. */
INLINE vf vmin(vf a, vf b) { return a < b ? a : b; }
INLINE vf vmax(vf a, vf b) { return a > b ? a : b; }
INLINE vf vabs(vf a) { return __builtin_elementwise_abs(a); }

INLINE float vsum(vf v) {
#if VW == 16
  ek_f8 half = v.lo + v.hi;
  ek_f4 quarter = half.lo + half.hi;
#elif VW == 8
  ek_f4 quarter = v.lo + v.hi;
#else
  ek_f4 quarter = v;
#endif
  ek_f2 pair = quarter.lo + quarter.hi;
  return pair.x + pair.y;
}

INLINE float vlargest(vf v) {
#if VW == 16
  ek_f8 half = v.lo > v.hi ? v.lo : v.hi;
  ek_f4 quarter = half.lo > half.hi ? half.lo : half.hi;
#elif VW == 8
  ek_f4 quarter = v.lo > v.hi ? v.lo : v.hi;
#else
  ek_f4 quarter = v;
#endif
  ek_f2 pair = quarter.lo > quarter.hi ? quarter.lo : quarter.hi;
  return pair.x > pair.y ? pair.x : pair.y;
}
