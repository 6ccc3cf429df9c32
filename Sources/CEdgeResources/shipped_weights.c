#include "shipped_weights.h"

/* C23's #embed, which clang also takes in earlier language modes, with a warning. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char weights[] = {
#embed "Data/edgenext_xx_small_cifar10.safetensors"
};

const unsigned char *edge_shipped_weights(size_t *byte_count) {
  *byte_count = sizeof weights;
  return weights;
}
