/* Vectors run over channels. */

INLINE vf NAME(load_lanes)(const float *p, int64_t lanes) {
  return lanes == VW ? vload(p) : vload_part(p, lanes);
}

INLINE void NAME(store_lanes)(float *p, vf value, int64_t lanes) {
  if (lanes == VW) {
    vstore(p, value);
  } else {
    vstore_part(p, value, lanes);
  }
}

/* The largest of a window's pixels, or NaN. */
INLINE vf NAME(largest)(const ek_pool_shape *s, const float *x, ek_span rows, ek_span columns,
                        int64_t lanes) {
  vf best = (vf)-INFINITY;
  for (int64_t iy = rows.first; iy < rows.end; iy++) {
    const float *p = x + (iy * s->width + columns.first) * s->input_pixel_stride;
    for (int64_t ix = columns.first; ix < columns.end; ix++, p += s->input_pixel_stride) {
      vf value = NAME(load_lanes)(p, lanes);
      best = vmax(value, best);
      best = value != value ? value : best;
    }
  }
  return best;
}

static void NAME(max_pool)(const ek_pool_shape *s, const float *x, int64_t first_row,
                           int64_t end_row, float *y) {
  for (int64_t oy = first_row; oy < end_row; oy++) {
    const ek_span rows = ek_window(s, oy, s->height);
    for (int64_t ox = 0; ox < s->output_width; ox++) {
      const ek_span columns = ek_window(s, ox, s->width);
      float *to = y + (oy * s->output_width + ox) * s->output_pixel_stride;
      for (int64_t c = 0; c < s->channels; c += VW) {
        const int64_t lanes = ek_smaller(s->channels - c, VW);
        NAME(store_lanes)(to + c, NAME(largest)(s, x + c, rows, columns, lanes), lanes);
      }
    }
  }
}

/* Which of a window's pixels, counted row by row, is the first of the largest, or the last NaN. */
INLINE vi NAME(source)(const ek_pool_shape *s, const float *x, ek_span rows, ek_span columns,
                       int64_t lanes) {
  vf best = (vf)-INFINITY;
  vi index = (vi)0;
  int32_t pixel = 0;
  for (int64_t iy = rows.first; iy < rows.end; iy++) {
    const float *p = x + (iy * s->width + columns.first) * s->input_pixel_stride;
    for (int64_t ix = columns.first; ix < columns.end; ix++, p += s->input_pixel_stride) {
      vf value = NAME(load_lanes)(p, lanes);
      vi is_larger = (value > best) | (value != value);
      best = is_larger ? value : best;
      index = is_larger ? (vi)pixel : index;
      pixel++;
    }
  }
  return index;
}

/* Adds a gradient to the source of each channel, as far as it lies in the rows of `band`. */
INLINE void NAME(add_to_source)(const ek_pool_shape *s, vf dy, vi source, ek_span rows,
                                ek_span columns, ek_span band, int64_t lanes, float *dx,
                                int64_t dx_stride) {
  int32_t pixel = 0;
  for (int64_t iy = rows.first; iy < rows.end; iy++) {
    for (int64_t ix = columns.first; ix < columns.end; ix++, pixel++) {
      if (iy < band.first || iy >= band.end) continue;
      float *to = dx + (iy * s->width + ix) * dx_stride;
      vf added = source == (vi)pixel ? dy : (vf)0.0f;
      NAME(store_lanes)(to, NAME(load_lanes)(to, lanes) + added, lanes);
    }
  }
}

static void NAME(max_pool_gradient)(const ek_pool_shape *s, const float *dy, const float *x,
                                    int64_t first_row, int64_t end_row, float *dx,
                                    int64_t dx_stride) {
  for (int64_t pixel = first_row * s->width; pixel < end_row * s->width; pixel++)
    memset(dx + pixel * dx_stride, 0, (size_t)s->channels * sizeof(float));
  /* The outputs whose windows reach these rows. */
  const int64_t before = first_row + s->padding - s->size;
  const int64_t first = before < 0 ? 0 : before / s->stride + 1;
  const int64_t end = ek_smaller(ek_ceil_div(end_row + s->padding, s->stride), s->output_height);
  const ek_span band = {first_row, end_row};
  for (int64_t oy = first; oy < end; oy++) {
    const ek_span rows = ek_window(s, oy, s->height);
    for (int64_t ox = 0; ox < s->output_width; ox++) {
      const ek_span columns = ek_window(s, ox, s->width);
      const float *from = dy + (oy * s->output_width + ox) * s->output_pixel_stride;
      for (int64_t c = 0; c < s->channels; c += VW) {
        const int64_t lanes = ek_smaller(s->channels - c, VW);
        vi source = NAME(source)(s, x + c, rows, columns, lanes);
        NAME(add_to_source)(s, NAME(load_lanes)(from + c, lanes), source, rows, columns, band,
                            lanes, dx + c, dx_stride);
      }
    }
  }
}
