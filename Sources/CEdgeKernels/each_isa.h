/* Includes BODY once for every instruction set of this processor family. */

#define VW 4
#define NAME(x) x##_portable
#define FUSED 0
#include "vector_body.h"
#include BODY
#undef VW
#undef NAME
#undef FUSED

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VW 8
#define NAME(x) x##_avx2
#define FUSED 1
#include "vector_body.h"
#include BODY
#undef VW
#undef NAME
#undef FUSED
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#define VW 16
#define NAME(x) x##_avx512
#define FUSED 1
#include "vector_body.h"
#include BODY
#undef VW
#undef NAME
#undef FUSED
#pragma clang attribute pop
#endif

#if defined(__aarch64__)
#define VW 4
#define NAME(x) x##_neon
#define FUSED 1
#include "vector_body.h"
#include BODY
#undef VW
#undef NAME
#undef FUSED
#endif

#undef BODY
