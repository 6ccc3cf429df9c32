#include "edge_inflate.h"

#include <string.h>
#include <zlib.h>

/* zlib counts in unsigned int: long streams go through it in portions. */
static uInt portion(size_t count) {
  const size_t limit = (size_t)1 << 30;
  return (uInt)(count < limit ? count : limit);
}

/* Runs the stream to its end, to the end of the output, or to an error. */
static int run(z_stream *stream, size_t input_left, size_t output_left) {
  int status = Z_OK;
  while (status == Z_OK) {
    uInt in = portion(input_left), out = portion(output_left);
    stream->avail_in = in;
    stream->avail_out = out;
    status = inflate(stream, Z_NO_FLUSH);
    input_left -= in - stream->avail_in;
    output_left -= out - stream->avail_out;
    if (status == Z_BUF_ERROR) /* no progress: one side is used up */
      return output_left == 0 && input_left != 0 ? EDGE_INFLATE_TOO_LONG : EDGE_INFLATE_CORRUPT;
  }
  if (status == Z_MEM_ERROR) return EDGE_INFLATE_MEMORY;
  if (status != Z_STREAM_END) return EDGE_INFLATE_CORRUPT;
  return output_left == 0 ? EDGE_INFLATE_OK : EDGE_INFLATE_TOO_SHORT;
}

int edge_inflate(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
                 uint32_t *crc) {
  z_stream stream;
  uint8_t nothing = 0;
  memset(&stream, 0, sizeof stream);
  stream.next_in = (z_const Bytef *)(input_count ? input : &nothing);
  stream.next_out = output_count ? output : &nothing;
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return EDGE_INFLATE_MEMORY;
  int result = run(&stream, input_count, output_count);
  inflateEnd(&stream);
  *crc = (uint32_t)crc32_z(crc32_z(0, Z_NULL, 0), output, result == EDGE_INFLATE_OK ? output_count : 0);
  return result;
}
