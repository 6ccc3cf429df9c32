#include "softmax_attention.h"

#define BODY "softmax_attention_body.h"
#include "each_isa.h"

/* Parts of the scratch start on cache lines. */
static int64_t lines(int64_t count) { return (count + 15) / 16 * 16; }

static float *take(float **scratch, int64_t count) {
  float *part = *scratch;
  *scratch += lines(count);
  return part;
}

/* The rows of k or v, evenly: where they are, or gathered. */
static ek_left even_rows(ek_isa isa, const ek_attention_head *head, const float *x,
                         float *gathered) {
  if (head->tokens <= head->grid.columns) return (ek_left){x, head->grid.stride, 1, 0};
  const ek_token_grid even = ek_even_grid(head->width);
  DISPATCH(isa, copy_tokens, head->tokens, head->width, x, &head->grid, gathered, &even);
  return (ek_left){gathered, head->width, 1, 0};
}

/* products[j, i] = sum over p of rows[j, p] x[i, p], the x being packed as columns. */
static void products_with(ek_isa isa, const ek_attention_head *head, const ek_left *rows,
                          const float *packed, int64_t columns, float *products) {
  const int64_t panels = ek_ceil_div(columns, ek_panel_columns(isa));
  ek_matmul_f32(isa, head->tokens, columns, head->width, rows, packed, 0, panels, products,
                QUERIES, NULL);
}

/* sums[p, i] = sum over j of rows[j, p] weights[j, i]. */
static void weighted_sums(ek_isa isa, const ek_attention_head *head, const ek_left *rows,
                          const float *weights, int64_t columns, float *sums, float *scratch) {
  const ek_rows right = {weights, QUERIES, head->tokens, 0};
  ek_matmul_tn_f32(isa, head->width, columns, head->tokens, rows->a, rows->row_stride, &right, 0,
                   sums, QUERIES, scratch);
}

/* ---- forward -------------------------------------------------------------------------------- */

int64_t ek_softmax_attention_scratch_count(ek_isa isa, int64_t tokens, int64_t width) {
  (void)isa;
  return lines(tokens * QUERIES) + 2 * lines(width * QUERIES) + lines(QUERIES) +
         2 * lines(tokens * width) + ek_matmul_tn_scratch_count(width, QUERIES);
}

void ek_softmax_attention_f32(ek_isa isa, const ek_attention_head *head, int64_t first,
                              int64_t end, float *y, const ek_token_grid *y_grid,
                              float *scratch) {
  const int64_t tokens = head->tokens, width = head->width;
  if (first >= end || width <= 0) return;
  float *scores = take(&scratch, tokens * QUERIES), *packed = take(&scratch, width * QUERIES);
  float *sums = take(&scratch, width * QUERIES), *shares = take(&scratch, QUERIES);
  const ek_left k = even_rows(isa, head, head->k, take(&scratch, tokens * width));
  const ek_left v = even_rows(isa, head, head->v, take(&scratch, tokens * width));
  for (; first < end; first += QUERIES) {
    const int64_t count = ek_smaller(QUERIES, end - first);
    int64_t columns = 0;
    DISPATCH(isa, columns = pack_columns, count, width, head->q, ek_token_at(&head->grid, first),
             packed);
    products_with(isa, head, &k, packed, columns, scores);
    DISPATCH(isa, softmax_columns, tokens, columns, head->scale, scores, shares);
    weighted_sums(isa, head, &v, scores, columns, sums, scratch);
    DISPATCH(isa, unpack_columns, count, width, sums, shares, y, ek_token_at(y_grid, first));
  }
}

/* ---- the way back ---------------------------------------------------------------------------- */

/* The columns of dk and dv while they are summed: whole vectors, of which a panel has two. */
static int64_t padded(ek_isa isa, int64_t width) {
  const int64_t vector = ek_panel_columns(isa) / 2;
  return ek_ceil_div(width, vector) * vector;
}

int64_t ek_softmax_attention_gradient_scratch_count(ek_isa isa, int64_t tokens, int64_t width) {
  const int64_t row = padded(isa, width);
  return 2 * lines(tokens * QUERIES) + 3 * lines(width * QUERIES) + lines(QUERIES) +
         2 * lines(ek_packed_count(isa, QUERIES, row)) + 2 * lines(tokens * row) +
         2 * lines(tokens * width) + ek_matmul_tn_scratch_count(width, QUERIES);
}

/* sums[j, p] = sum over i of weights[j, i] x[i, p] for `count` packed rows x, or += it. */
static void sum_of_queries(ek_isa isa, const ek_attention_head *head, const float *weights,
                           int64_t count, const float *packed, int adds, float *sums) {
  const int64_t columns = padded(isa, head->width);
  const int64_t panels = ek_ceil_div(columns, ek_panel_columns(isa));
  const ek_left left = {weights, QUERIES, 1, 0};
  ek_epilogue added = {0};
  added.residual = sums;
  added.residual_stride = columns;
  ek_matmul_f32(isa, head->tokens, columns, count, &left, packed, 0, panels, sums, columns,
                adds ? &added : NULL);
}

void ek_softmax_attention_gradient_f32(ek_isa isa, const ek_attention_head *head, const float *dy,
                                       const ek_token_grid *dy_grid, float *dq, float *dk,
                                       float *dv, const ek_token_grid *d_grid, float *scratch) {
  const int64_t tokens = head->tokens, width = head->width, row = padded(isa, width);
  if (tokens <= 0 || width <= 0) return;
  float *weights = take(&scratch, tokens * QUERIES), *slopes = take(&scratch, tokens * QUERIES);
  float *q_columns = take(&scratch, width * QUERIES), *dy_columns = take(&scratch, width * QUERIES);
  float *sums = take(&scratch, width * QUERIES), *shares = take(&scratch, QUERIES);
  const int64_t packed_count = ek_packed_count(isa, QUERIES, row);
  float *q_rows = take(&scratch, packed_count), *dy_rows = take(&scratch, packed_count);
  float *dk_sums = take(&scratch, tokens * row), *dv_sums = take(&scratch, tokens * row);
  const ek_left k = even_rows(isa, head, head->k, take(&scratch, tokens * width));
  const ek_left v = even_rows(isa, head, head->v, take(&scratch, tokens * width));
  for (int64_t first = 0; first < tokens; first += QUERIES) {
    const int64_t count = ek_smaller(QUERIES, tokens - first);
    const ek_token_cursor q_at = ek_token_at(&head->grid, first);
    const ek_token_cursor dy_at = ek_token_at(dy_grid, first);
    int64_t columns = 0;
    DISPATCH(isa, columns = pack_columns, count, width, head->q, q_at, q_columns);
    DISPATCH(isa, columns = pack_columns, count, width, dy, dy_at, dy_columns);
    DISPATCH(isa, pack_rows, count, width, head->q, q_at, q_rows);
    DISPATCH(isa, pack_rows, count, width, dy, dy_at, dy_rows);
    products_with(isa, head, &k, q_columns, columns, weights);
    DISPATCH(isa, softmax_columns, tokens, columns, head->scale, weights, shares);
    products_with(isa, head, &v, dy_columns, columns, slopes);
    DISPATCH(isa, slope_columns, tokens, columns, head->scale, shares, weights, slopes);
    sum_of_queries(isa, head, weights, count, dy_rows, first > 0, dv_sums);
    sum_of_queries(isa, head, slopes, count, q_rows, first > 0, dk_sums);
    weighted_sums(isa, head, &k, slopes, columns, sums, scratch);
    DISPATCH(isa, unpack_columns, count, width, sums, NULL, dq, ek_token_at(d_grid, first));
  }
  const ek_token_grid even = ek_even_grid(row);
  DISPATCH(isa, copy_tokens, tokens, width, dk_sums, &even, dk, d_grid);
  DISPATCH(isa, copy_tokens, tokens, width, dv_sums, &even, dv, d_grid);
}
