/* Activations and the exponential, on vectors. */

#ifndef BY_ACTIVATION
/* Calls f(activation, ...) with the activation as a constant: each has a loop of its own. */
#define BY_ACTIVATION(activation, f, ...) \
  switch (activation) {                   \
    case EK_GELU:                         \
      f(EK_GELU, __VA_ARGS__);            \
      break;                              \
    case EK_HARDSWISH:                    \
      f(EK_HARDSWISH, __VA_ARGS__);       \
      break;                              \
    case EK_SILU:                         \
      f(EK_SILU, __VA_ARGS__);            \
      break;                              \
    case EK_RELU:                         \
      f(EK_RELU, __VA_ARGS__);            \
      break;                              \
    case EK_RELU6:                        \
      f(EK_RELU6, __VA_ARGS__);           \
      break;                              \
    case EK_HARDSIGMOID:                  \
      f(EK_HARDSIGMOID, __VA_ARGS__);     \
      break;                              \
    case EK_SIGMOID:                      \
      f(EK_SIGMOID, __VA_ARGS__);         \
      break;                              \
    case EK_IDENTITY:                     \
      f(EK_IDENTITY, __VA_ARGS__);        \
      break;                              \
  }
#endif

/* exp(x) for x <= 0: 2^n e^r with r = x - n log 2, |r| <= log(2) / 2. e^r = 1 + r + r^2 Q(r), Q an
 * own minimax fit of degree 4. Relative error 1e-7 down to -87.3; 0 below -88; NaN stays. */
INLINE vf NAME(exp)(vf x) {
  x = vmax((vf)-88.0f, x);
  /* 1.5 * 2^23 rounds n to an integer in the low bits; 127 is the exponent's bias. */
  const vf magic = (vf)(12582912.0f + 127.0f);
  vf shifted = vfma(x, (vf)0x1.715476p+0f, magic);
  vf n = shifted - magic;
  vf r = vfma(n, (vf)-0x1.62e4p-1f, x);
  r = vfma(n, (vf)-0x1.7f7d1cp-20f, r);
  vf q = (vf)0x1.6a1a72p-10f;
  q = vfma(q, r, (vf)0x1.123fc6p-7f);
  q = vfma(q, r, (vf)0x1.555916p-5f);
  q = vfma(q, r, (vf)0x1.55548ap-3f);
  q = vfma(q, r, (vf)0x1.fffffcp-2f);
  q = vfma(q, r, (vf)1.0f);
  q = vfma(q, r, (vf)1.0f);
  vf scale = (vf)((vi)shifted << 23);
  return q * scale;
}

/* GELU, x Phi(x) with the normal distribution's Phi, as max(x, 0) - |x| Phi(-|x|) and
 * Phi(-u) = P(u)^8: the eighth root of Phi is so flat that a short polynomial follows it, and no
 * division is needed. P: own minimax fit of degree 8 on [0, 6.5], weighted for
 * |error| / max(1, |x|) of the result: 4e-8, and 1.8e-7 with float32 rounding. P(6.5)^8 underflows
 * to 0, so the clamp makes everything beyond exact, the infinities too. */
INLINE vf NAME(gelu)(vf x) {
  vf u = vmin(vabs(x), (vf)6.5f);
  /* P as c0 + u Q, and Q by pairs of terms: a short chain of dependent steps, and the last of them
   * rounds as Horner's would. */
  vf u2 = u * u, u4 = u2 * u2;
  vf q1 = vfma((vf)-0x1.05c506p-5f, u, (vf)-0x1.769628p-4f);
  vf q3 = vfma((vf)0x1.791d9ap-10f, u, (vf)-0x1.427e36p-11f);
  vf q5 = vfma((vf)-0x1.3e216cp-14f, u, (vf)0x1.4355e0p-14f);
  vf q7 = vfma((vf)-0x1.17811ap-21f, u, (vf)0x1.5dfe32p-17f);
  vf q = vfma(vfma(q7, u2, q5), u4, vfma(q3, u2, q1));
  vf p = vfma(q, u, (vf)0x1.d58180p-1f);
  p *= p;
  p *= p;
  p *= p;
  /* In this order vmax keeps a NaN. */
  return vfma(-u, p, vmax((vf)0.0f, x));
}

INLINE vf NAME(hardswish)(vf x) {
  x = vmax((vf)-3.0f, x);
  vf gate = vmin((vf)6.0f, x + (vf)3.0f) * (vf)(1.0f / 6.0f);
  return x * gate;
}

INLINE vf NAME(relu)(vf x) { return vmax((vf)0.0f, x); }

INLINE vf NAME(relu6)(vf x) { return vmin((vf)6.0f, NAME(relu)(x)); }

INLINE vf NAME(hardsigmoid)(vf x) {
  return NAME(relu6)(x + (vf)3.0f) * (vf)(1.0f / 6.0f);
}

/* 1 / (1 + e^u) for u >= 0: the sigmoid of -u, which is small, with its relative precision. */
INLINE vf NAME(sigmoid_below)(vf u) {
  vf e = NAME(exp)(-u);
  return e / ((vf)1.0f + e);
}

INLINE vf NAME(sigmoid)(vf x) {
  vf below = NAME(sigmoid_below)(vabs(x));
  return x < (vf)0.0f ? below : (vf)1.0f - below;
}

#if VW == 16
/* x sigmoid(x) as x / (1 + 2^t), t = -x log2(e), with the instructions that take the integer part off t
 * and put it on again. 2^f on [0, 1): own minimax fit of degree 5, 7.5e-8 of itself. From -89 on the
 * power is infinite; the clamp does that for the infinity too. */
INLINE vf NAME(silu)(vf x) {
  vf bounded = vmax((vf)-104.0f, x);
  vf t = bounded * (vf)-0x1.715476p+0f;
  vf f = _mm512_reduce_ps(t, _MM_FROUND_TO_NEG_INF);
  vf q = (vf)0x1.ec320ap-10f;
  q = vfma(q, f, (vf)0x1.26900ep-7f);
  q = vfma(q, f, (vf)0x1.c95446p-5f);
  q = vfma(q, f, (vf)0x1.ebd5a8p-3f);
  q = vfma(q, f, (vf)0x1.62e4f6p-1f);
  q = vfma(q, f, (vf)0x1.fffffep-1f);
  return bounded / ((vf)1.0f + _mm512_scalef_ps(q, t));
}
#else
/* x sigmoid(x) as max(x, 0) - |x| sigmoid(-|x|). From 88 on the exponential is 0, and the clamp
 * makes everything beyond exact, the infinities too. */
INLINE vf NAME(silu)(vf x) {
  vf u = vmin((vf)88.0f, vabs(x));
  return vfma(-u, NAME(sigmoid_below)(u), NAME(relu)(x));
}
#endif

INLINE vf NAME(activate)(ek_activation activation, vf x) {
  switch (activation) {
    case EK_GELU:
      return NAME(gelu)(x);
    case EK_HARDSWISH:
      return NAME(hardswish)(x);
    case EK_SILU:
      return NAME(silu)(x);
    case EK_RELU:
      return NAME(relu)(x);
    case EK_RELU6:
      return NAME(relu6)(x);
    case EK_HARDSIGMOID:
      return NAME(hardsigmoid)(x);
    case EK_SIGMOID:
      return NAME(sigmoid)(x);
    case EK_IDENTITY:
      return x;
  }
}
