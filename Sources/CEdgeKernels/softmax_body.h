#include "activation_body.h"

/* One row; y may be x. */
INLINE void NAME(softmax_row)(int64_t columns, const float *x, float *y) {
  const int64_t whole = columns / VW * VW, rest = columns - whole;
  const vf lowest = (vf)-INFINITY;
  vf most = lowest;
  for (int64_t j = 0; j < whole; j += VW) most = vmax(vload(x + j), most);
  if (rest > 0) most = vmax(vload_part_or(x + whole, rest, lowest), most);
  const vf top = (vf)vlargest(most);
  vf sum = (vf)0.0f;
  for (int64_t j = 0; j < whole; j += VW) {
    vf e = NAME(exp)(vload(x + j) - top);
    sum += e;
    vstore(y + j, e);
  }
  if (rest > 0) {
    vf e = NAME(exp)(vload_part_or(x + whole, rest, lowest) - top);
    sum += e;
    vstore_part(y + whole, e, rest);
  }
  const vf share = (vf)(1.0f / vsum(sum));
  for (int64_t j = 0; j < whole; j += VW) vstore(y + j, vload(y + j) * share);
  if (rest > 0) vstore_part(y + whole, vload_part(y + whole, rest) * share, rest);
}
