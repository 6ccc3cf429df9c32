#include "imagenet.h"

/* C23's #embed, which clang also takes in earlier language modes, with a warning. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char classes[] = {
#embed "Data/imagenet1k.txt"
};

const unsigned char *edge_imagenet1k(size_t *byte_count) {
  *byte_count = sizeof classes;
  return classes;
}
