#include "edge_kernels.h"

int ek_isa_available(ek_isa isa) {
  switch (isa) {
    case EK_PORTABLE:
      return 1;
#if defined(__x86_64__)
    case EK_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
    case EK_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             ek_isa_available(EK_AVX2);
#elif defined(__aarch64__)
    case EK_NEON:
      return 1;
#endif
    default:
      return 0;
  }
}

int ek_bf16_available(ek_isa isa) {
#if defined(__x86_64__)
  return isa == EK_AVX512 && ek_isa_available(isa) && __builtin_cpu_supports("avx512bf16");
#else
  (void)isa;
  return 0;
#endif
}

ek_isa ek_best_isa(void) {
  if (ek_isa_available(EK_AVX512)) return EK_AVX512;
  if (ek_isa_available(EK_AVX2)) return EK_AVX2;
  if (ek_isa_available(EK_NEON)) return EK_NEON;
  return EK_PORTABLE;
}
