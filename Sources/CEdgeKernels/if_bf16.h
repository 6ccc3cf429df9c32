/* Includes BODY for the instruction set that multiplies bfloat16. RUN(isa, f, ...) calls the body's f
 * where the processor has it, and does nothing elsewhere. */

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,avx2,fma"))), \
    apply_to = function)
#define VW 16
#define NAME(x) x##_bf16
#define FUSED 1
#include "vector_body.h"
#include BODY
#undef VW
#undef NAME
#undef FUSED
#pragma clang attribute pop

#define RUN(isa, name, ...) \
  if (ek_bf16_available(isa)) name##_bf16(__VA_ARGS__)
#else
#pragma clang diagnostic ignored "-Wunused-parameter"
#pragma clang diagnostic ignored "-Wunused-variable"
#define RUN(isa, name, ...) (void)(isa)
#endif

#undef BODY
