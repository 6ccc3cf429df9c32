/* The classes of ImageNet-1k, in the order of the networks' outputs. */
#ifndef EDGE_SHIPPED_WEIGHTS_H
#define EDGE_SHIPPED_WEIGHTS_H

#include <stddef.h>

/* Data/shipped_weights.txt: 1000 lines of WordNet id, tab, name; UTF-8, not ended by 0. It is never
 * changed and stays valid while the process runs. */
const unsigned char *edge_shipped_weights(size_t *byte_count);

#endif
