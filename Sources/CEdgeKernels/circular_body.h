/* Vectors run over channels. Taps are prepared, or lines repeated, such that nothing wraps. The
 * sums of BLOCK neighbouring outputs stay in registers while a line's inputs pass, four at a time: a
 * vector of inputs is loaded once for all of these outputs, one of taps once for four inputs. */

/* Adds inputs[i] * taps[i + outputs - 1 - p] to sum[p] for a few inputs. */
INLINE void NAME(add_inputs)(const int count, const int outputs, const float *inputs,
                             int64_t stride, const float *taps, int64_t row, vf sum[BLOCK]) {
  vf input[4];
  UNROLL for (int i = 0; i < count; i++) input[i] = vload(inputs + i * stride);
  UNROLL for (int r = 0; r < count + outputs - 1; r++) {
    vf tap = vload(taps + r * row);
    UNROLL for (int i = 0; i < count; i++) {
      const int p = i - r + outputs - 1;
      if (p >= 0 && p < outputs) sum[p] = vfma(input[i], tap, sum[p]);
    }
  }
}

INLINE void NAME(sums_of)(const int outputs, int64_t count, const float *inputs, int64_t stride,
                          const float *taps, int64_t row, vf *result) {
  vf sum[BLOCK];
  UNROLL for (int p = 0; p < outputs; p++) sum[p] = (vf)0.0f;
  KEEP_ROLLED for (; count >= 4; count -= 4) {
    NAME(add_inputs)(4, outputs, inputs, stride, taps, row, sum);
    inputs += 4 * stride;
    taps += 4 * row;
  }
  if (count & 2) {
    NAME(add_inputs)(2, outputs, inputs, stride, taps, row, sum);
    inputs += 2 * stride;
    taps += 2 * row;
  }
  if (count & 1) NAME(add_inputs)(1, outputs, inputs, stride, taps, row, sum);
  UNROLL for (int p = 0; p < outputs; p++) result[p] = sum[p];
}

/* result[p] = sum over i < count of inputs[i] * taps[i + outputs - 1 - p] for a vector of channels;
 * `stride`, `row`: floats between inputs, and between taps. */
typedef void NAME(sums_function)(int64_t count, const float *inputs, int64_t stride,
                                 const float *taps, int64_t row, vf *result);

#define SUMS(outputs)                                                                        \
  static void NAME(sums_##outputs)(int64_t count, const float *inputs, int64_t stride,       \
                                   const float *taps, int64_t row, vf *result) {             \
    NAME(sums_of)(outputs, count, inputs, stride, taps, row, result);                        \
  }
SUMS(1) SUMS(2) SUMS(3) SUMS(4) SUMS(5) SUMS(6) SUMS(7) SUMS(8)
#undef SUMS

static NAME(sums_function) *const NAME(sums)[BLOCK] = {
    NAME(sums_1), NAME(sums_2), NAME(sums_3), NAME(sums_4),
    NAME(sums_5), NAME(sums_6), NAME(sums_7), NAME(sums_8),
};

/* ---- the convolution ---------------------------------------------------------------------------
 * The last block of a line overlaps the one before it instead of being cut. */

/* One vector of channels of one line. `row`: floats between rows of taps. */
INLINE void NAME(whole_line)(int64_t extent, int64_t outputs, const float *x, int64_t stride,
                             const float *taps, int64_t row, vf bias, float *y,
                             int64_t y_stride) {
  for (int64_t block = 0; block < extent; block += outputs) {
    const int64_t first = ek_smaller(block, extent - outputs);
    vf sum[BLOCK];
    NAME(sums)[outputs - 1](extent, x, stride, taps + (extent - first - outputs) * row, row, sum);
    for (int64_t p = 0; p < outputs; p++) vstore(y + (first + p) * y_stride, sum[p] + bias);
  }
}

/* The same by halves of `half` pixels: the sum of y's halves is the circular convolution of the sum
 * of x's with that of the taps', and their difference that of the differences, in which what wraps
 * changes its sign. */
INLINE void NAME(halved_line)(int64_t half, int64_t outputs, const float *x, int64_t stride,
                              const float *taps, int64_t row, vf bias, float *y, int64_t y_stride,
                              float *halves) {
  float *differences = halves + half * VW;
  for (int64_t i = 0; i < half; i++) {
    vf near = vload(x + i * stride), far = vload(x + (half + i) * stride);
    vstore(halves + i * VW, near + far);
    vstore(differences + i * VW, near - far);
  }
  for (int64_t block = 0; block < half; block += outputs) {
    const int64_t first = ek_smaller(block, half - outputs);
    const float *from = taps + (half - first - outputs) * row;
    vf even[BLOCK], odd[BLOCK];
    NAME(sums)[outputs - 1](half, halves, VW, from, row, even);
    NAME(sums)[outputs - 1](half, differences, VW, from + (2 * half - 1) * row, row, odd);
    for (int64_t p = 0; p < outputs; p++) {
      float *to = y + (first + p) * y_stride;
      vstore(to, even[p] + odd[p] + bias);
      vstore(to + half * y_stride, even[p] - odd[p] + bias);
    }
  }
}

/* One vector of channels of one line of `extent` pixels. */
INLINE void NAME(line)(int64_t extent, const float *x, int64_t stride, const float *taps,
                       int64_t row, vf bias, float *y, int64_t y_stride, float *halves) {
  const int64_t length = ek_is_halved(extent) ? extent / 2 : extent;
  const int64_t outputs = ek_ceil_div(length, ek_ceil_div(length, BLOCK));
  if (ek_is_halved(extent))
    NAME(halved_line)(length, outputs, x, stride, taps, row, bias, y, y_stride, halves);
  else
    NAME(whole_line)(length, outputs, x, stride, taps, row, bias, y, y_stride);
}

/* `count` vectors of `channels` < VW floats, with zeros in the other lanes. */
static void NAME(widen)(int64_t count, int64_t channels, const float *x, int64_t stride,
                        float *wide) {
  for (int64_t i = 0; i < count; i++) vstore(wide + i * VW, vload_part(x + i * stride, channels));
}

/* Less than a vector of channels: lines are copied to full vectors and back. */
static void NAME(narrow_lines)(const ek_circular_shape *s, const float *x, const float *taps,
                               const float *bias, int64_t first_line, int64_t end_line, float *y,
                               float *scratch) {
  const int64_t line_floats = s->extent * VW;
  float *wide_taps = scratch, *input = scratch + 2 * line_floats, *output = input + line_floats;
  const int64_t rows = ek_is_halved(s->extent) ? 2 * s->extent - 2 : 2 * s->extent - 1;
  NAME(widen)(rows, s->channels, taps, s->channels, wide_taps);
  vf start = bias ? vload_part(bias, s->channels) : (vf)0.0f;
  for (int64_t line = first_line; line < end_line; line++) {
    NAME(widen)(s->extent, s->channels, x + line * s->input_line_stride, s->input_pixel_stride,
                input);
    NAME(line)(s->extent, input, VW, wide_taps, VW, start, output, VW, output + line_floats);
    float *to = y + line * s->output_line_stride;
    for (int64_t i = 0; i < s->extent; i++)
      vstore_part(to + i * s->output_pixel_stride, vload(output + i * VW), s->channels);
  }
}

static void NAME(circular)(const ek_circular_shape *s, const float *x, const float *taps,
                           const float *bias, int64_t first_line, int64_t end_line, float *y,
                           float *scratch) {
  if (s->channels < VW) {
    NAME(narrow_lines)(s, x, taps, bias, first_line, end_line, y, scratch);
    return;
  }
  for (int64_t block = 0; block < s->channels; block += VW) {
    const int64_t c = ek_smaller(block, s->channels - VW);
    vf start = bias ? vload(bias + c) : (vf)0.0f;
    for (int64_t line = first_line; line < end_line; line++)
      NAME(line)(s->extent, x + line * s->input_line_stride + c, s->input_pixel_stride, taps + c,
                 s->channels, start, y + line * s->output_line_stride + c,
                 s->output_pixel_stride, scratch);
  }
}

/* ---- the derivative of the taps ----------------------------------------------------------------
 * The sums of a line are made first and added then: many lines round no worse than one. */

/* Adds one vector of `count` channels of one line, its first `skipped` lanes left out. */
INLINE void NAME(taps_of_line)(const ek_circular_shape *s, int64_t taps, const float *x,
                               const float *dy, int64_t count, int64_t skipped, float *dw,
                               float *scratch) {
  const int64_t extent = s->extent;
  float *gradients = scratch + 2 * extent * VW;
  for (int64_t i = 0; i < extent; i++) {
    vf input = vload_part(x + i * s->input_pixel_stride, count);
    vstore(scratch + i * VW, input);
    vstore(scratch + (extent + i) * VW, input);
    vstore(gradients + i * VW, vload_part(dy + i * s->output_pixel_stride, count));
  }
  for (int64_t t = 0; t < taps;) {
    const int64_t outputs = ek_ceil_div(taps - t, ek_ceil_div(taps - t, BLOCK));
    vf sum[BLOCK];
    NAME(sums)[outputs - 1](extent, gradients, VW, scratch + t * VW, VW, sum);
    for (int64_t p = outputs - 1; p >= 0; p--, t++) {
      float *to = dw + t * s->channels;
      if (skipped == 0) {
        vstore_part(to, vload_part(to, count) + sum[p], count);
      } else {
        float lanes[VW];
        vstore(lanes, sum[p]);
        for (int64_t lane = skipped; lane < count; lane++) to[lane] += lanes[lane];
      }
    }
  }
}

/* The last vector of channels overlaps the one before it, and adds only the lanes that are new. */
static void NAME(circular_taps)(const ek_circular_shape *s, int64_t taps, const float *x,
                                const float *dy, int64_t first_line, int64_t end_line, float *dw,
                                float *scratch) {
  for (int64_t block = 0; block < s->channels; block += VW) {
    const int64_t c = ek_larger(0, ek_smaller(block, s->channels - VW));
    const int64_t count = ek_smaller(s->channels, VW);
    for (int64_t line = first_line; line < end_line; line++)
      NAME(taps_of_line)(s, taps, x + line * s->input_line_stride + c,
                         dy + line * s->output_line_stride + c, count, block - c, dw + c, scratch);
  }
}
