#include "activation_body.h"

/* An activation and its derivative at x. */
typedef struct {
  vf value, slope;
} NAME(tangent);

/* GELU x Phi(x), derivative Phi(x) + x phi(x). Both come from Phi(-u) = exp(-u^2 / 2) M(u), the
 * exponential being phi(u) but for a constant. M, Mills' ratio over sqrt(2 pi): own minimax fit of
 * degree 10 on [0, 8], weighted by exp(-u^2 / 2) max(1, u): 1.2e-7 in value and slope, 2.2e-7 with
 * float32 rounding. From 13.3 on the exponential is 0, and the clamp makes everything beyond exact,
 * the infinities too. */
INLINE NAME(tangent) NAME(gelu_tangent)(vf x) {
  /* In this order vmin keeps a NaN. */
  const vf u = vmin((vf)14.0f, vabs(x)), u2 = u * u, u4 = u2 * u2;
  vf m0 = vfma((vf)-0x1.9881c2p-2f, u, (vf)0x1.fffff8p-2f);
  vf m2 = vfma((vf)-0x1.0ef63cp-3f, u, (vf)0x1.ffbb9ep-3f);
  vf m4 = vfma((vf)-0x1.8554f8p-6f, u, (vf)0x1.f144e0p-5f);
  vf m6 = vfma((vf)-0x1.d83c08p-10f, u, (vf)0x1.ee4446p-8f);
  vf m8 = vfma((vf)-0x1.e6786cp-16f, u, (vf)0x1.35823ep-12f);
  m8 = vfma((vf)0x1.55463ap-20f, u2, m8);
  vf ratio = vfma(vfma(m8, u4, vfma(m6, u2, m4)), u4, vfma(m2, u2, m0));
  vf bell = NAME(exp)((vf)-0.5f * u2);
  vf below = bell * ratio;
  vf slope = vfma(bell * (vf)-0x1.988454p-2f, u, below); /* -1 / sqrt(2 pi) */
  return (NAME(tangent)){vfma(-u, below, vmax((vf)0.0f, x)),
                         x < (vf)0.0f ? slope : (vf)1.0f - slope};
}

/* Where hardswish has a corner, the derivative is that of its flat or straight side. */
INLINE NAME(tangent) NAME(hardswish_tangent)(vf x) {
  vf slope = vfma(x, (vf)(1.0f / 3.0f), (vf)0.5f);
  slope = x >= (vf)3.0f ? (vf)1.0f : slope;
  slope = x <= (vf)-3.0f ? (vf)0.0f : slope;
  return (NAME(tangent)){NAME(hardswish)(x), slope};
}

/* 0 up to a corner, then `slope`; NaN stays. */
INLINE vf NAME(slope_from)(vf corner, vf slope, vf x) {
  slope = x > corner ? slope : x;
  return x <= corner ? (vf)0.0f : slope;
}

/* The same, and 0 again from another corner on. */
INLINE vf NAME(slope_between)(vf low, vf high, vf slope, vf x) {
  return x >= high ? (vf)0.0f : NAME(slope_from)(low, slope, x);
}

/* Slopes at x and -x add up to 1: the smaller one is computed, as c (1 - u (1 - c)) with u = |x| and
 * c = sigmoid(-u). */
INLINE NAME(tangent) NAME(silu_tangent)(vf x) {
  const vf u = vmin((vf)88.0f, vabs(x));
  vf c = NAME(sigmoid_below)(u);
  vf slope = vfma(-u * ((vf)1.0f - c), c, c);
  return (NAME(tangent)){vfma(-u, c, NAME(relu)(x)), x < (vf)0.0f ? slope : (vf)1.0f - slope};
}

INLINE NAME(tangent) NAME(sigmoid_tangent)(vf x) {
  vf below = NAME(sigmoid_below)(vabs(x)), above = (vf)1.0f - below;
  return (NAME(tangent)){x < (vf)0.0f ? below : above, below * above};
}

INLINE NAME(tangent) NAME(tangent_of)(ek_activation activation, vf x) {
  const vf zero = (vf)0.0f, one = (vf)1.0f;
  switch (activation) {
    case EK_GELU:
      return NAME(gelu_tangent)(x);
    case EK_HARDSWISH:
      return NAME(hardswish_tangent)(x);
    case EK_SILU:
      return NAME(silu_tangent)(x);
    case EK_RELU:
      return (NAME(tangent)){NAME(relu)(x), NAME(slope_from)(zero, one, x)};
    case EK_RELU6:
      return (NAME(tangent)){NAME(relu6)(x), NAME(slope_between)(zero, (vf)6.0f, one, x)};
    case EK_HARDSIGMOID:
      return (NAME(tangent)){NAME(hardsigmoid)(x),
                             NAME(slope_between)((vf)-3.0f, (vf)3.0f, (vf)(1.0f / 6.0f), x)};
    case EK_SIGMOID:
      return NAME(sigmoid_tangent)(x);
    case EK_IDENTITY:
      return (NAME(tangent)){x, one};
  }
}

INLINE void NAME(gradient_as)(ek_activation activation, int64_t rows, int64_t columns,
                              const float *dy, int64_t dy_stride, const float *x,
                              int64_t x_stride, float *y, int64_t y_stride, float *dx,
                              int64_t dx_stride) {
  for (; rows > 0; rows--, dy += dy_stride, x += x_stride, dx += dx_stride) {
    int64_t j = 0;
    for (; j + VW <= columns; j += VW) {
      const NAME(tangent) at = NAME(tangent_of)(activation, vload(x + j));
      vf d = vload(dy + j) * at.slope;
      if (y) vstore(y + j, at.value);
      vstore(dx + j, d);
    }
    int64_t rest = columns - j;
    if (rest > 0) {
      const NAME(tangent) at = NAME(tangent_of)(activation, vload_part(x + j, rest));
      vf d = vload_part(dy + j, rest) * at.slope;
      if (y) vstore_part(y + j, at.value, rest);
      vstore_part(dx + j, d, rest);
    }
    if (y) y += y_stride;
  }
}

/* `y` may be null. */
static void NAME(activation_gradient)(ek_activation activation, int64_t rows, int64_t columns,
                                      const float *dy, int64_t dy_stride, const float *x,
                                      int64_t x_stride, float *y, int64_t y_stride, float *dx,
                                      int64_t dx_stride) {
  if (y) {
    BY_ACTIVATION(activation, NAME(gradient_as), rows, columns, dy, dy_stride, x, x_stride, y,
                  y_stride, dx, dx_stride)
  } else {
    BY_ACTIVATION(activation, NAME(gradient_as), rows, columns, dy, dy_stride, x, x_stride, NULL, 0,
                  dx, dx_stride)
  }
}
