/* What the three image codecs have in common.
 *
 * Every function reads `size` bytes at `data`, never past them, and returns an edge_image_status;
 * unless that is EDGE_IMAGE_OK, `message` (EDGE_IMAGE_MESSAGE bytes) holds a text that ends in 0.
 * Pictures are written as 8-bit RGB, rows top to bottom without gaps, into the caller's memory. */
#ifndef EDGE_IMAGE_H
#define EDGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum { EDGE_IMAGE_MESSAGE = 256 };

typedef enum {
  EDGE_IMAGE_OK = 0,
  EDGE_IMAGE_CORRUPT,
  EDGE_IMAGE_TRUNCATED,
  EDGE_IMAGE_UNSUPPORTED,
  EDGE_IMAGE_OUT_OF_MEMORY,
} edge_image_status;

#endif
