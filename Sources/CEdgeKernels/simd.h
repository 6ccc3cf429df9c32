/* What every kernel body starts from. A family `x` is one pair of files: `x_body.h` is written once
 * over vectors of VW floats, and `x.c` includes it for each instruction set:
 *
 *   #define BODY "x_body.h"
 *   #include "each_isa.h"
 *   void ek_x_f32(ek_isa isa, ...) { DISPATCH(isa, x, ...); }
 *
 * In a body, NAME(f) is `f` with the instruction set's suffix. */
#ifndef SIMD_H
#define SIMD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "edge_training_kernels.h"

#if defined(__x86_64__)
/* All system headers come before the attribute regions, which would catch their functions too. */
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* Vectors wider than the baseline can't cross a call boundary: helpers are always inlined. */
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_ROLLED _Pragma("clang loop unroll(disable)")

#define vf NAME(vf)
#define vi NAME(vi)
#define vload NAME(vload)
#define vload_part NAME(vload_part)
#define vload_part_or NAME(vload_part_or)
#define vstore NAME(vstore)
#define vstore_part NAME(vstore_part)
#define vfma NAME(vfma)
#define vmin NAME(vmin)
#define vmax NAME(vmax)
#define vabs NAME(vabs)
#define vsum NAME(vsum)
#define vlargest NAME(vlargest)

/* Partial vectors are split into these, whatever the width. */
typedef float ek_f2 __attribute__((ext_vector_type(2)));
typedef float ek_f4 __attribute__((ext_vector_type(4)));
typedef float ek_f8 __attribute__((ext_vector_type(8)));
typedef float ek_f2u __attribute__((ext_vector_type(2), aligned(4), may_alias));
typedef float ek_f4u __attribute__((ext_vector_type(4), aligned(4), may_alias));
typedef float ek_f8u __attribute__((ext_vector_type(8), aligned(4), may_alias));

static inline int64_t ek_smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ek_larger(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t ek_ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

#if defined(__x86_64__)
#define DISPATCH(isa, name, ...)        \
  switch (isa) {                        \
    case EK_AVX512:                     \
      name##_avx512(__VA_ARGS__);       \
      break;                            \
    case EK_AVX2:                       \
      name##_avx2(__VA_ARGS__);         \
      break;                            \
    default:                            \
      name##_portable(__VA_ARGS__);     \
  }
#elif defined(__aarch64__)
#define DISPATCH(isa, name, ...)        \
  switch (isa) {                        \
    case EK_NEON:                       \
      name##_neon(__VA_ARGS__);         \
      break;                            \
    default:                            \
      name##_portable(__VA_ARGS__);     \
  }
#else
#define DISPATCH(isa, name, ...) ((void)(isa), name##_portable(__VA_ARGS__))
#endif

#endif
