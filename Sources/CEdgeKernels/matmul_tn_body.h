/* A chunk of rows of B is packed, a block of columns at a time: strips of a few columns, in which
 * row follows row. Tiles of TILE_ROWS columns of A times two vectors of columns of B are then summed
 * in registers over the chunk and added to C. Every element is summed in the order of k, in the same
 * way wherever it lies in a tile: results don't depend on how m and n are split.
 *
 * The includer says how DEPTH rows become one packed row (`pack_lanes`), how packed numbers are
 * multiplied and added (`multiply_add`), and whether A has to be packed too (PACKS_LEFT). */

#define TILE_VECTORS 2
#if VW == 16
#define TILE_ROWS 12 /* 24 sums, 2 vectors of B, and of A what is being multiplied */
#elif VW == 4 && FUSED
#define TILE_ROWS 8
#else
#define TILE_ROWS 6 /* 12 sums, 2 vectors of B and one of A in 16 registers */
#endif
#define PANEL (TILE_VECTORS * VW)
#define PITCH ((TILE_ROWS + VW - 1) / VW * VW) /* of rows in strips of A: whole vectors */

/* One packed row in strips of `width` columns. Lanes past the last column are zero; between it and
 * `pitch` there may be others. */
INLINE void NAME(pack_row)(const int paired, const float *row, const float *next, int64_t columns,
                           int64_t width, const int64_t pitch, int64_t strip, float *to) {
  int64_t j = 0;
  for (; j + pitch <= columns; j += width, to += strip) {
    UNROLL for (int64_t v = 0; v < pitch; v += VW)
        vstore(to + v, NAME(pack_lanes)(paired, row + j + v, next + j + v, VW));
  }
  for (; j < columns; j += width, to += strip) {
    for (int64_t v = 0; v < pitch; v += VW) {
      const int64_t rest = ek_larger(0, ek_smaller(columns - j - v, VW));
      vstore(to + v, NAME(pack_lanes)(paired, row + j + v, next + j + v, rest));
    }
  }
}

/* Packs `columns` columns of `count` rows, from row `first` and column `column` on. */
INLINE void NAME(pack_strips)(const ek_rows *rows, int64_t first, int64_t count, int64_t column,
                              int64_t columns, int64_t width, const int64_t pitch,
                              float *packed) {
  const int64_t strip = ek_ceil_div(count, DEPTH) * pitch + STRIP_GAP;
  ek_row_cursor cursor = ek_row_at(rows, first);
  for (int64_t p = DEPTH; p <= count; p += DEPTH, packed += pitch) {
    const float *row = ek_next_row(&cursor) + column;
    const float *next = DEPTH == 2 ? ek_next_row(&cursor) + column : row;
    NAME(pack_row)(DEPTH == 2, row, next, columns, width, pitch, strip, packed);
  }
  if (count % DEPTH > 0) {
    const float *row = ek_next_row(&cursor) + column;
    NAME(pack_row)(0, row, row, columns, width, pitch, strip, packed);
  }
}

INLINE void NAME(tn_tile)(const int rows, const int vectors, int64_t depth, const float *a,
                          int64_t a_stride, const float *b, int64_t columns, int accumulate,
                          float *c, int64_t c_stride) {
  vf sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = (vf)0.0f;
  }
  KEEP_ROLLED for (int64_t p = 0; p < depth; p++) {
    vf right[TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) right[v] = vload(b + v * VW);
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int v = 0; v < vectors; v++)
          sum[r][v] = NAME(multiply_add)((vf)a[r], right[v], sum[r][v]);
    }
    a += a_stride;
    b += PANEL;
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      float *to = c + r * c_stride + v * VW;
      const int64_t rest = columns - v * VW;
      if (rest >= VW) vstore(to, accumulate ? vload(to) + sum[r][v] : sum[r][v]);
      else vstore_part(to, accumulate ? vload_part(to, rest) + sum[r][v] : sum[r][v], rest);
    }
  }
}

typedef void NAME(tn_function)(int64_t depth, const float *a, int64_t a_stride, const float *b,
                               int64_t columns, int accumulate, float *c, int64_t c_stride);

#define TILE_FUNCTION(rows, vectors)                                                           \
  static void NAME(tn_##rows##x##vectors)(int64_t depth, const float *a, int64_t a_stride,     \
                                          const float *b, int64_t columns, int accumulate,     \
                                          float *c, int64_t c_stride) {                        \
    NAME(tn_tile)(rows, vectors, depth, a, a_stride, b, columns, accumulate, c, c_stride);     \
  }
#define TILE(rows) TILE_FUNCTION(rows, 1) TILE_FUNCTION(rows, 2)
TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#if TILE_ROWS >= 8
TILE(7) TILE(8)
#endif
#if TILE_ROWS >= 12
TILE(9) TILE(10) TILE(11) TILE(12)
#endif
#undef TILE
#undef TILE_FUNCTION

#define TILES(rows) {NAME(tn_##rows##x1), NAME(tn_##rows##x2)}
static NAME(tn_function) *const NAME(tn_tiles)[TILE_ROWS][TILE_VECTORS] = {
    TILES(1), TILES(2), TILES(3), TILES(4), TILES(5), TILES(6),
#if TILE_ROWS >= 8
    TILES(7), TILES(8),
#endif
#if TILE_ROWS >= 12
    TILES(9), TILES(10), TILES(11), TILES(12),
#endif
};
#undef TILES

/* All tiles of one block of columns of A times one packed block of B. Strips of A are `strip`
 * floats apart. */
INLINE void NAME(tn_block)(int64_t depth, const float *a, int64_t a_stride, int64_t strip,
                           int64_t m, int64_t height, const float *b, int64_t n, int accumulate,
                           float *c, int64_t c_stride) {
  for (int64_t j = 0; j < n; j += PANEL, b += depth * PANEL + STRIP_GAP) {
    const int64_t columns = ek_smaller(n - j, PANEL);
    const float *left = a;
    for (int64_t i = 0; i < m; i += height, left += strip)
      NAME(tn_tiles)[ek_smaller(m - i, height) - 1][columns > VW](
          depth, left, a_stride, b, columns, accumulate, c + i * c_stride + j, c_stride);
  }
}

/* One chunk of rows. */
INLINE void NAME(tn_chunk)(const ek_row_product *p, int64_t first, int64_t count,
                           int accumulate) {
  const int64_t depth = ek_ceil_div(count, DEPTH);
  const int64_t panels = ek_ceil_div(ek_smaller(p->n, RIGHT_COLUMNS), PANEL);
  float *right = p->scratch, *left = right + panels * (depth * PANEL + STRIP_GAP);
  const ek_rows a = {p->a, p->a_stride, p->k, 0};
  for (int64_t j = 0; j < p->n; j += RIGHT_COLUMNS) {
    const int64_t n = ek_smaller(p->n - j, RIGHT_COLUMNS);
    NAME(pack_strips)(p->b, first, count, j, n, PANEL, PANEL, right);
    for (int64_t i = 0; i < p->m; i += LEFT_COLUMNS) {
      const int64_t m = ek_smaller(p->m - i, LEFT_COLUMNS);
      float *c = p->c + i * p->c_stride + j;
      /* Tiles of nearly equal height. */
      const int64_t height = ek_ceil_div(m, ek_ceil_div(m, TILE_ROWS));
      if (PACKS_LEFT) {
        NAME(pack_strips)(&a, first, count, i, m, height, PITCH, left);
        NAME(tn_block)(depth, left, PITCH, depth * PITCH + STRIP_GAP, m, height, right, n,
                       accumulate, c, p->c_stride);
      } else {
        NAME(tn_block)(depth, p->a + first * p->a_stride + i, p->a_stride, height, m, height,
                       right, n, accumulate, c, p->c_stride);
      }
    }
  }
}

static void NAME(matmul_tn)(const ek_row_product *p) {
  if (p->k <= 0 && !p->accumulate) {
    for (int64_t i = 0; i < p->m && p->n > 0; i++)
      memset(p->c + i * p->c_stride, 0, (size_t)p->n * sizeof(float));
  }
  for (int64_t first = 0; first < p->k; first += DEPTH * CHUNK)
    NAME(tn_chunk)(p, first, ek_smaller(p->k - first, DEPTH * CHUNK), p->accumulate || first > 0);
}

#undef DEPTH
#undef PACKS_LEFT
#undef TILE_VECTORS
#undef TILE_ROWS
#undef PANEL
#undef PITCH
