/* The elements of an XML document in order, by libexpat.
 *
 * libexpat is loaded with the first document, and no header of it is needed to build. Documents
 * with a DOCTYPE are refused before anything in it counts: so there are no entities but the five
 * that XML itself has, nothing expands, and no other file is ever asked for. */
#ifndef EDGE_MARKUP_H
#define EDGE_MARKUP_H

#include <stddef.h>
#include <stdint.h>

typedef enum edge_markup_status {
  EDGE_MARKUP_OK = 0,
  EDGE_MARKUP_NO_LIBRARY,    /* libexpat isn't installed */
  EDGE_MARKUP_OUT_OF_MEMORY,
  EDGE_MARKUP_MALFORMED,     /* no well-formed XML: see message */
  EDGE_MARKUP_DOCTYPE,       /* it declares a document type */
  EDGE_MARKUP_TOO_DEEP       /* elements within elements beyond the limit */
} edge_markup_status;

enum { EDGE_MARKUP_MESSAGE = 128 };

/* Lines count from 1. Texts are UTF-8; one element's text may come in several pieces. */
typedef struct edge_markup_reader {
  void *context;
  void (*begin)(void *context, const char *name, int64_t line);
  void (*text)(void *context, const uint8_t *bytes, size_t count);
  void (*end)(void *context);
} edge_markup_reader;

/* Reads `count` bytes, with at most `depth_limit` elements open at a time. Unless the result is
 * EDGE_MARKUP_OK, `line` is where it failed, and `message` (EDGE_MARKUP_MESSAGE bytes) holds
 * libexpat's words for it; what the reader was told before may be used or not. */
edge_markup_status edge_markup_read(const uint8_t *bytes, size_t count, int depth_limit,
                                    const edge_markup_reader *reader, int64_t *line,
                                    char *message);

#endif
