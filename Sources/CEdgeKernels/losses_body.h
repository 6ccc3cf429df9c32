#include "row_body.h"

/* ---- softmax and weighted targets ---------------------------------------------------------- */

static void NAME(cross_entropy)(int64_t rows, int64_t columns, const float *z, int64_t z_stride,
                                const float *t, int64_t t_stride, float *y) {
  const vf lowest = (vf)-INFINITY, zero = (vf)0.0f;
  for (; rows > 0; rows--, z += z_stride, t += t_stride, y++) {
    const vf top = NAME(row_largest)(columns, z);
    vf sum = zero, weight = zero, dot = zero;
    EACH_VECTOR(
      vf distance = NAME(take)(z + j, n, lowest) - top;
      vf target = NAME(take)(t + j, n, zero);
      sum += NAME(exp)(distance);
      weight += target;
      dot += target == zero ? zero : target * distance;)
    *y = vsum(weight) * (float)log((double)vsum(sum)) - vsum(dot);
  }
}

static void NAME(cross_entropy_gradient)(int64_t rows, int64_t columns, const float *dy,
                                         const float *z, int64_t z_stride, const float *t,
                                         int64_t t_stride, float *dz, int64_t dz_stride) {
  const vf lowest = (vf)-INFINITY, zero = (vf)0.0f;
  for (; rows > 0; rows--, dy++, z += z_stride, t += t_stride, dz += dz_stride) {
    const vf top = NAME(row_largest)(columns, z);
    vf sum = zero, weight = zero;
    EACH_VECTOR(
      vf e = NAME(exp)(NAME(take)(z + j, n, lowest) - top);
      sum += e;
      weight += NAME(take)(t + j, n, zero);
      NAME(put)(dz + j, e, n);)
    const vf share = (vf)(vsum(weight) / vsum(sum)), factor = (vf)*dy;
    EACH_VECTOR(
      vf e = NAME(take)(dz + j, n, zero);
      vf target = NAME(take)(t + j, n, zero);
      NAME(put)(dz + j, factor * vfma(e, share, -target), n);)
  }
}

/* ---- every class by itself ----------------------------------------------------------------- */

/* log(1 + e) for e in [0, 1]: 2 artanh(s) with s = e / (2 + e), and 2 artanh(s) = s P(s^2). P: own
 * minimax fit of degree 4 on [0, 1/9], relative error 8e-9 before rounding. */
INLINE vf NAME(log_one_plus)(vf e) {
  vf s = e / (e + (vf)2.0f);
  vf w = s * s;
  vf p = (vf)0x1.208bd0p-2f;
  p = vfma(p, w, (vf)0x1.1e510ap-2f);
  p = vfma(p, w, (vf)0x1.99dae6p-2f);
  p = vfma(p, w, (vf)0x1.5554e0p-1f);
  p = vfma(p, w, (vf)2.0f);
  return s * p;
}

static void NAME(binary_cross_entropy)(int64_t rows, int64_t columns, const float *z,
                                       int64_t z_stride, const float *t, int64_t t_stride,
                                       float *y) {
  /* A class that is off by far adds nothing. */
  const vf zero = (vf)0.0f, off = (vf)-1000.0f;
  for (; rows > 0; rows--, z += z_stride, t += t_stride, y++) {
    vf sum = zero;
    EACH_VECTOR(
      vf logit = NAME(take)(z + j, n, off);
      vf target = NAME(take)(t + j, n, zero);
      sum += vfma(-logit, target, vmax(zero, logit)) + NAME(log_one_plus)(NAME(exp)(-vabs(logit)));)
    *y = vsum(sum) / (float)columns;
  }
}

static void NAME(binary_cross_entropy_gradient)(int64_t rows, int64_t columns, const float *dy,
                                                const float *z, int64_t z_stride, const float *t,
                                                int64_t t_stride, float *dz, int64_t dz_stride) {
  const vf zero = (vf)0.0f, one = (vf)1.0f;
  for (; rows > 0; rows--, dy++, z += z_stride, t += t_stride, dz += dz_stride) {
    const vf factor = (vf)(*dy / (float)columns);
    EACH_VECTOR(
      vf logit = NAME(take)(z + j, n, zero);
      vf target = NAME(take)(t + j, n, zero);
      vf e = NAME(exp)(-vabs(logit));
      vf sigmoid = (logit < zero ? e : one) / (one + e);
      NAME(put)(dz + j, factor * (sigmoid - target), n);)
  }
}

/* ---- distillation -------------------------------------------------------------------------- */

static void NAME(distillation)(int64_t rows, int64_t columns, float coldness, const float *s,
                               int64_t s_stride, const float *t, int64_t t_stride, float *y) {
  const vf lowest = (vf)-INFINITY, zero = (vf)0.0f, factor = (vf)coldness;
  for (; rows > 0; rows--, s += s_stride, t += t_stride, y++) {
    const vf s_top = NAME(row_largest)(columns, s), t_top = NAME(row_largest)(columns, t);
    vf s_sum = zero, t_sum = zero, dot = zero;
    EACH_VECTOR(
      vf student = (NAME(take)(s + j, n, lowest) - s_top) * factor;
      vf teacher = (NAME(take)(t + j, n, lowest) - t_top) * factor;
      vf e = NAME(exp)(teacher);
      s_sum += NAME(exp)(student);
      t_sum += e;
      dot += e == zero ? zero : e * (teacher - student);)
    const float total = vsum(t_sum);
    *y = vsum(dot) / total + (float)log((double)vsum(s_sum) / (double)total);
  }
}

static void NAME(distillation_gradient)(int64_t rows, int64_t columns, float coldness,
                                        const float *dy, const float *s, int64_t s_stride,
                                        const float *t, int64_t t_stride, float *ds,
                                        int64_t ds_stride) {
  const vf lowest = (vf)-INFINITY, zero = (vf)0.0f, factor = (vf)coldness;
  for (; rows > 0; rows--, dy++, s += s_stride, t += t_stride, ds += ds_stride) {
    const vf s_top = NAME(row_largest)(columns, s), t_top = NAME(row_largest)(columns, t);
    vf s_sum = zero, t_sum = zero;
    EACH_VECTOR(
      s_sum += NAME(exp)((NAME(take)(s + j, n, lowest) - s_top) * factor);
      t_sum += NAME(exp)((NAME(take)(t + j, n, lowest) - t_top) * factor);)
    const vf scale = (vf)(*dy * coldness);
    const vf s_share = (vf)(1.0f / vsum(s_sum)), t_share = (vf)(1.0f / vsum(t_sum));
    EACH_VECTOR(
      vf p = NAME(exp)((NAME(take)(s + j, n, lowest) - s_top) * factor) * s_share;
      vf q = NAME(exp)((NAME(take)(t + j, n, lowest) - t_top) * factor) * t_share;
      NAME(put)(ds + j, scale * (p - q), n);)
  }
}
