#ifndef EDGE_INFLATE_H
#define EDGE_INFLATE_H

#include <stddef.h>
#include <stdint.h>

/* What edge_inflate returns. */
enum {
  EDGE_INFLATE_OK = 0,
  EDGE_INFLATE_CORRUPT = 1,   /* not a deflate stream, or one that ends too early */
  EDGE_INFLATE_TOO_LONG = 2,  /* the stream holds more than output_count bytes */
  EDGE_INFLATE_TOO_SHORT = 3, /* the stream holds fewer */
  EDGE_INFLATE_MEMORY = 4,    /* zlib found no memory for its window */
};

/* Inflates one raw deflate stream (as in a zip entry) that holds exactly output_count bytes.
   Writes nothing past output[output_count - 1]. *crc receives the CRC-32 of the output.
   input and output don't overlap; either count may be zero. */
int edge_inflate(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
                 uint32_t *crc);

#endif
