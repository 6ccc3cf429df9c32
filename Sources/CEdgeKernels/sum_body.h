/* Sums are made of sums of CHUNK rows, and those of sums of eight: rounding errors stay small. */
#define CHUNK 256
#define COLUMNS 512 /* of a block: one chunk's sums stay in the first-level cache */

/* sum += the rows, for one vector of columns. Eight rows at once are eight streams of memory. */
INLINE vf NAME(eight_rows)(const float *x, int64_t stride, int64_t n) {
  vf row[8];
  UNROLL for (int r = 0; r < 8; r++)
      row[r] = n == VW ? vload(x + r * stride) : vload_part(x + r * stride, n);
  return ((row[0] + row[1]) + (row[2] + row[3])) + ((row[4] + row[5]) + (row[6] + row[7]));
}

/* The sums of at most CHUNK rows of at most COLUMNS columns, added to y or stored in it. */
static void NAME(sum_chunk)(int64_t rows, int64_t columns, const float *x, int64_t stride,
                            int accumulate, float *y) {
  vf sums[COLUMNS / VW] = {0};
  int64_t i = 0;
  for (; i + 8 <= rows; i += 8, x += 8 * stride) {
    int64_t v = 0, j = 0;
    for (; j + VW <= columns; j += VW, v++) sums[v] += NAME(eight_rows)(x + j, stride, VW);
    if (j < columns) sums[v] += NAME(eight_rows)(x + j, stride, columns - j);
  }
  for (; i < rows; i++, x += stride) {
    int64_t v = 0, j = 0;
    for (; j + VW <= columns; j += VW, v++) sums[v] += vload(x + j);
    if (j < columns) sums[v] += vload_part(x + j, columns - j);
  }
  for (int64_t j = 0, v = 0; j < columns; j += VW, v++) {
    const int64_t n = ek_smaller(columns - j, VW);
    vstore_part(y + j, accumulate ? vload_part(y + j, n) + sums[v] : sums[v], n);
  }
}

static void NAME(sum_rows)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                           int accumulate, float *y) {
  int64_t i = 0;
  do {
    const int64_t count = ek_smaller(rows - i, CHUNK);
    for (int64_t j = 0; j < columns; j += COLUMNS)
      NAME(sum_chunk)(count, ek_smaller(columns - j, COLUMNS), x + i * x_stride + j, x_stride,
                      accumulate || i > 0, y + j);
    i += CHUNK;
  } while (i < rows);
}

/* The sum of a long row, by chunks of as many floats as CHUNK vectors. */
INLINE double NAME(sum_row)(int64_t columns, const float *x) {
  double total = 0;
  int64_t j = 0;
  while (j < columns) {
    const int64_t end = ek_smaller(columns, j + CHUNK * VW);
    vf sum = (vf)0.0f;
    for (; j + 8 * VW <= end; j += 8 * VW) sum += NAME(eight_rows)(x + j, VW, VW);
    for (; j < end; j += VW) sum += vload_part(x + j, ek_smaller(end - j, VW));
    total += (double)vsum(sum);
  }
  return total;
}

static void NAME(sum)(int64_t rows, int64_t columns, const float *x, int64_t x_stride,
                      float *total) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) sum += NAME(sum_row)(columns, x + i * x_stride);
  *total = (float)sum;
}

#undef CHUNK
#undef COLUMNS
