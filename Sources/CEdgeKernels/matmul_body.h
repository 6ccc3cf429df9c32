#include "activation_body.h"

/* Tiles of TILE_ROWS x two vectors stay in registers over the whole of k. Every element of the
 * product is summed in the order of k, in the same way wherever it lies in a tile: results don't
 * depend on the blocking.
 *
 * The includer says what is multiplied: LEFT is an element of A, RIGHT one of packed B, and each
 * stands for DEPTH rows of B; a vector of RIGHT is a `vright`. */

#define TILE_VECTORS 2
#if VW == 16
#define TILE_ROWS 12 /* 24 sums, 2 vectors of B; A is broadcast from memory */
#elif VW == 4 && FUSED
#define TILE_ROWS 8 /* 16 sums, 2 of B and 8 of A in NEON's 32 registers */
#else
#define TILE_ROWS 6 /* 12 sums, 2 of B and one of A in 16 registers */
#endif
#define PANEL (TILE_VECTORS * VW)
/* Whether half a vector can be multiplied in less time than a whole one: processors that do the
 * widest multiply-adds in two passes need one then. */
#define HAS_HALVES (VW == 16 && DEPTH == 1)
/* Longer sums are made of sums of so many products: their rounding errors grow more slowly. */
#define CHAIN 256

/* One tile of activated results on its way out: `columns` of them, from column `column`. */
INLINE void NAME(finish_as)(ek_activation activation, const int activates_sum,
                            const ek_product *p, const float *tile, int64_t row, int64_t rows,
                            int64_t column, int64_t columns) {
  const ek_epilogue *e = p->epilogue;
  for (int64_t v = 0; v < columns; v += VW) {
    int64_t j = column + v, count = ek_smaller(columns - v, VW);
    vf bias = e->bias ? vload_part(e->bias + j, count) : (vf)0.0f;
    vf scale = e->scale ? vload_part(e->scale + j, count) : (vf)1.0f;
    for (int64_t r = 0; r < rows; r++) {
      vf value = vload(tile + r * PANEL + v) + bias;
      value = scale * (activates_sum ? value : NAME(activate)(activation, value));
      if (e->residual)
        value += vload_part(e->residual + (row + r) * e->residual_stride + j, count);
      if (activates_sum) value = NAME(activate)(activation, value);
      NAME(store_result)(p, row + r, j, value, count);
    }
  }
}

/* A tile with an activation, with a partial vector or to be rounded goes through memory: so the
 * code for it exists once, with its constants in registers, and costs a store and a load per
 * vector. */
static __attribute__((noinline)) void NAME(finish)(const ek_product *p, const float *tile,
                                                   int64_t row, int64_t rows, int64_t column,
                                                   int64_t columns) {
  if (p->epilogue->activates_sum) {
    BY_ACTIVATION(p->epilogue->activation, NAME(finish_as), 1, p, tile, row, rows, column, columns)
  } else {
    BY_ACTIVATION(p->epilogue->activation, NAME(finish_as), 0, p, tile, row, rows, column, columns)
  }
}

/* Whether an activation only cuts off, which needs no more than two registers. */
INLINE int NAME(is_clamp)(ek_activation activation) {
  return activation == EK_RELU || activation == EK_RELU6;
}

/* A full tile from registers, without an activation or with one that clamps. */
INLINE void NAME(finish_full_as)(const int clamps, const int rows, const int vectors,
                                 const ek_product *p, vf sum[TILE_ROWS][TILE_VECTORS],
                                 int64_t row, int64_t column) {
  const ek_epilogue *e = p->epilogue;
  const vf highest = (vf)(e->activation == EK_RELU6 ? 6.0f : INFINITY);
  float *c = (float *)p->c + row * p->c_stride + column;
  const float *residual = e->residual ? e->residual + row * e->residual_stride + column : NULL;
  vf bias[TILE_VECTORS], scale[TILE_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) {
    bias[v] = e->bias ? vload(e->bias + column + v * VW) : (vf)0.0f;
    scale[v] = e->scale ? vload(e->scale + column + v * VW) : (vf)1.0f;
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      vf value = sum[r][v] + bias[v];
      if (clamps && !e->activates_sum) value = vmin(highest, vmax((vf)0.0f, value));
      value *= scale[v];
      if (residual) value = vload(residual + v * VW) + value;
      if (clamps && e->activates_sum) value = vmin(highest, vmax((vf)0.0f, value));
      vstore(c + v * VW, value);
    }
    c += p->c_stride;
    if (residual) residual += e->residual_stride;
  }
}

/* The common ends. */
INLINE void NAME(finish_full)(const int rows, const int vectors, const ek_product *p,
                              vf sum[TILE_ROWS][TILE_VECTORS], int64_t row, int64_t column) {
  if (p->epilogue->activation == EK_IDENTITY) {
    NAME(finish_full_as)(0, rows, vectors, p, sum, row, column);
  } else {
    NAME(finish_full_as)(1, rows, vectors, p, sum, row, column);
  }
}

#if HAS_HALVES
#define LOW_HALF(v) (ek_f8) __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define WIDENED(v) \
  (vf) __builtin_shufflevector(v, (ek_f8)0.0f, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 8, 8, 8, 8)

/* As `multiply` below, with a vector and a half. */
INLINE const RIGHT *NAME(multiply_halved)(const int rows, const LEFT *a, const LEFT *stop,
                                          int64_t stride, const RIGHT *b,
                                          vf sum[TILE_ROWS][TILE_VECTORS]) {
  ek_f8 half[TILE_ROWS];
  UNROLL for (int r = 0; r < rows; r++) half[r] = LOW_HALF(sum[r][1]);
  KEEP_ROLLED while (a < stop) {
    vf right = NAME(load_right)(b);
    vf last = NAME(load_right)(b + VW);
    UNROLL for (int r = 0; r < rows; r++) {
      vf left = NAME(broadcast_left)(a + r * stride);
      /* One broadcast serves both: else the compiler makes a narrow one and widens it. */
      __asm__("" : "+v"(left));
      sum[r][0] = NAME(multiply_add)(left, right, sum[r][0]);
      half[r] = __builtin_elementwise_fma(LOW_HALF(left), LOW_HALF(last), half[r]);
    }
    a++;
    b += PANEL;
  }
  UNROLL for (int r = 0; r < rows; r++) sum[r][1] = WIDENED(half[r]);
  return b;
}
#undef LOW_HALF
#undef WIDENED
#endif

/* Adds the products of one row of A's segment after the other, from a to stop, with `halves` halves
 * of vectors. */
INLINE const RIGHT *NAME(multiply)(const int rows, const int halves, const LEFT *a,
                                   const LEFT *stop, int64_t stride, const RIGHT *b,
                                   vf sum[TILE_ROWS][TILE_VECTORS]) {
#if HAS_HALVES
  if (halves % 2) return NAME(multiply_halved)(rows, a, stop, stride, b, sum);
#endif
  const int vectors = halves / 2;
  /* Unrolled, the loop needs more registers than there are. */
  KEEP_ROLLED while (a < stop) {
    NAME(vright) right[TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) right[v] = NAME(load_right)(b + v * VW);
    UNROLL for (int r = 0; r < rows; r++) {
      NAME(vright) left = NAME(broadcast_left)(a + r * stride);
      UNROLL for (int v = 0; v < vectors; v++)
          sum[r][v] = NAME(multiply_add)(left, right[v], sum[r][v]);
    }
    a++;
    b += PANEL;
  }
  return b;
}

/* One segment of more than CHAIN products. */
INLINE const RIGHT *NAME(multiply_linked)(const int rows, const int halves, const LEFT *a,
                                          const LEFT *end, int64_t stride, const RIGHT *b,
                                          vf sum[TILE_ROWS][TILE_VECTORS]) {
  const int vectors = (halves + 1) / 2;
  vf done[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) done[r][v] = (vf)0.0f;
  }
  for (; a < end; a += CHAIN) {
    b = NAME(multiply)(rows, halves, a, end - a > CHAIN ? a + CHAIN : end, stride, b, sum);
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int v = 0; v < vectors; v++) {
        done[r][v] += sum[r][v];
        sum[r][v] = (vf)0.0f;
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = done[r][v];
  }
  return b;
}

INLINE void NAME(tile)(const int rows, const int halves, const int linked, const ek_product *p,
                       int64_t row, int64_t column, const RIGHT *b) {
  const int vectors = (halves + 1) / 2;
  vf sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = (vf)0.0f;
  }
  const int64_t stride = p->row_stride;
  const LEFT *a = (const LEFT *)p->a + row * stride;
  for (int64_t s = 0; s < p->segments; s++, a += p->segment_stride) {
    b = linked ? NAME(multiply_linked)(rows, halves, a, a + p->k, stride, b, sum)
               : NAME(multiply)(rows, halves, a, a + p->k, stride, b, sum);
  }
  int64_t columns = ek_smaller(p->n - column, PANEL);
  const ek_activation activation = p->epilogue->activation;
  const int stays = activation == EK_IDENTITY || NAME(is_clamp)(activation);
  if (halves % 2 == 0 && stays && columns == vectors * VW && !ROUNDS_OUTPUT(p)) {
    NAME(finish_full)(rows, vectors, p, sum, row, column);
    return;
  }
  vf tile[TILE_ROWS * TILE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) tile[r * TILE_VECTORS + v] = sum[r][v];
  }
  NAME(finish)(p, (const float *)tile, row, rows, column, columns);
}

typedef void NAME(tile_function)(const ek_product *, int64_t row, int64_t column, const RIGHT *b);

#define TILE_FUNCTION(rows, halves, linked)                                                 \
  static void NAME(tile_##rows##x##halves##_##linked)(const ek_product *p, int64_t row,     \
                                                      int64_t column, const RIGHT *b) {     \
    NAME(tile)(rows, halves, linked, p, row, column, b);                                    \
  }
#if HAS_HALVES
#define TILE(rows)          \
  TILE_FUNCTION(rows, 2, 0) \
  TILE_FUNCTION(rows, 3, 0) \
  TILE_FUNCTION(rows, 4, 0) \
  TILE_FUNCTION(rows, 2, 1) \
  TILE_FUNCTION(rows, 3, 1) \
  TILE_FUNCTION(rows, 4, 1)
#else
#define TILE(rows)          \
  TILE_FUNCTION(rows, 2, 0) \
  TILE_FUNCTION(rows, 4, 0) \
  TILE_FUNCTION(rows, 2, 1) \
  TILE_FUNCTION(rows, 4, 1)
#endif
TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#if TILE_ROWS >= 8
TILE(7) TILE(8)
#endif
#if TILE_ROWS >= 12
TILE(9) TILE(10) TILE(11) TILE(12)
#endif
#undef TILE
#undef TILE_FUNCTION

/* By rows, halves of vectors, and whether there are more than CHAIN products. */
#define TILE_PAIR(rows, halves) \
  { NAME(tile_##rows##x##halves##_0), NAME(tile_##rows##x##halves##_1) }
#if HAS_HALVES
#define TILES(rows) \
  { TILE_PAIR(rows, 2), TILE_PAIR(rows, 3), TILE_PAIR(rows, 4) }
#else
#define TILES(rows) \
  { TILE_PAIR(rows, 2), TILE_PAIR(rows, 4), TILE_PAIR(rows, 4) }
#endif
static NAME(tile_function) *const NAME(tiles)[TILE_ROWS][3][2] = {
    TILES(1), TILES(2), TILES(3), TILES(4), TILES(5), TILES(6),
#if TILE_ROWS >= 8
    TILES(7), TILES(8),
#endif
#if TILE_ROWS >= 12
    TILES(9), TILES(10), TILES(11), TILES(12),
#endif
};
#undef TILES
#undef TILE_PAIR

/* One row against a full group of panels: enough sums to hide the latency of the multiply-adds,
 * and several streams of B at once. */
#define GROUP 4
INLINE void NAME(one_row)(const ek_product *p, int64_t column, const RIGHT *b) {
  vf sum[GROUP * TILE_VECTORS];
  UNROLL for (int v = 0; v < GROUP * TILE_VECTORS; v++) sum[v] = (vf)0.0f;
  const int64_t panel = p->segments * p->k * PANEL;
  const LEFT *segment = p->a;
  for (int64_t s = 0; s < p->segments; s++, segment += p->segment_stride) {
    vf done[GROUP * TILE_VECTORS];
    for (int64_t i = 0; i < p->k;) {
      const int64_t start = i, stop = ek_smaller(i + CHAIN, p->k);
      KEEP_ROLLED for (; i < stop; i++) {
        NAME(vright) left = NAME(broadcast_left)(segment + i);
        UNROLL for (int v = 0; v < GROUP * TILE_VECTORS; v++) {
          const RIGHT *right = b + v / TILE_VECTORS * panel + v % TILE_VECTORS * VW;
          sum[v] = NAME(multiply_add)(left, NAME(load_right)(right), sum[v]);
        }
        b += PANEL;
      }
      UNROLL for (int v = 0; v < GROUP * TILE_VECTORS; v++) {
        if (start > 0) sum[v] = done[v] + sum[v];
        if (stop == p->k) continue;
        done[v] = sum[v];
        sum[v] = (vf)0.0f;
      }
    }
  }
  UNROLL for (int g = 0; g < GROUP; g++) NAME(finish)(
      p, (const float *)(sum + g * TILE_VECTORS), 0, 1, column + g * PANEL, PANEL);
}

/* Rows [row, end) against one panel, in tiles of nearly equal height. */
INLINE void NAME(rows_by_panel)(const ek_product *p, int64_t row, int64_t end, int64_t column,
                                const RIGHT *b) {
  const int64_t columns = p->n - column;
  const int kind = (columns > VW) + (columns > VW + VW / 2);
  int64_t tiles = ek_ceil_div(end - row, TILE_ROWS);
  for (; tiles > 0; tiles--) {
    int64_t rows = ek_ceil_div(end - row, tiles);
    NAME(tiles)[rows - 1][kind][p->k > CHAIN](p, row, column, b);
    row += rows;
  }
}

static void NAME(matmul)(const ek_product *p, int64_t first_panel, int64_t end_panel) {
  const RIGHT *packed = p->packed;
  const int64_t depth = p->segments * p->k;
  const int64_t panel = depth * PANEL;
  if (p->m == 1) {
    for (; first_panel + GROUP <= end_panel && (first_panel + GROUP) * PANEL <= p->n;
         first_panel += GROUP)
      NAME(one_row)(p, first_panel * PANEL, packed + first_panel * panel);
  }
  /* Rows of A that stay in the second-level cache while the panels pass. */
  const int64_t tile_bytes = depth * TILE_ROWS * (int64_t)sizeof(LEFT);
  int64_t block = ek_larger(1, LEFT_BYTES / ek_larger(tile_bytes, 1)) * TILE_ROWS;
  for (int64_t row = 0; row < p->m; row += block) {
    int64_t end = ek_smaller(row + block, p->m);
    for (int64_t j = first_panel; j < end_panel; j++)
      NAME(rows_by_panel)(p, row, end, j * PANEL, packed + j * panel);
  }
}

/* B has `segments` times k rows. */
static void NAME(pack)(int64_t segments, int64_t k, int64_t n, const float *b, int64_t k_stride,
                       int64_t n_stride, void *panels) {
  RIGHT *packed = panels;
  for (int64_t column = 0; column < n; column += PANEL) {
    const int64_t columns = ek_smaller(n - column, PANEL);
    const float *from = b + column * n_stride;
    for (int64_t s = 0; s < segments; s++) {
      for (int64_t p = 0; p < k; p += DEPTH, packed += PANEL) {
        const int last = k - p == 1;
        for (int64_t j = 0; j < columns; j++) {
          const float *element = from + j * n_stride;
          packed[j] = NAME(packed_of)(*element, DEPTH == 1 || last ? 0.0f : element[k_stride]);
        }
        for (int64_t j = columns; j < PANEL; j++) packed[j] = 0;
        from += (last ? 1 : DEPTH) * k_stride;
      }
    }
  }
}

#undef LEFT
#undef RIGHT
#undef DEPTH
#undef ROUNDS_OUTPUT
#undef GROUP
#undef CHAIN
#undef HAS_HALVES
#undef TILE_VECTORS
#undef TILE_ROWS
#undef PANEL
