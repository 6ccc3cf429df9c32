/* One HTTP(S) GET into an open file, by libcurl.
 *
 * libcurl is loaded when the first transfer starts, not with the process, and no header of it is
 * needed to build. It verifies certificates, follows up to ten redirects (http and https only) and
 * honors the proxy variables of the environment. A connection that isn't made within 15 seconds,
 * or that carries nothing for 30, counts as broken. */
#ifndef EDGE_TRANSFER_H
#define EDGE_TRANSFER_H

#include <stdint.h>

typedef enum edge_transfer_outcome {
  EDGE_TRANSFER_DONE = 0,
  EDGE_TRANSFER_NO_LIBRARY,   /* libcurl isn't installed */
  EDGE_TRANSFER_BAD_URL,      /* not an address, or not of http or https */
  EDGE_TRANSFER_UNREACHABLE,  /* no such host, or nothing answered there */
  EDGE_TRANSFER_UNTRUSTED,    /* no secure connection: certificate or TLS */
  EDGE_TRANSFER_REFUSED,      /* the server answered with a status other than 200 and 206 */
  EDGE_TRANSFER_WEB_PAGE,     /* the server answered with HTML: a portal, a login */
  EDGE_TRANSFER_WRONG_RANGE,  /* the server sent another range than the one asked for */
  EDGE_TRANSFER_TOO_LARGE,    /* more bytes, announced or sent, than the limit */
  EDGE_TRANSFER_BROKEN,       /* the connection ended or stalled before the end */
  EDGE_TRANSFER_WRITE_FAILED, /* the file couldn't be written: see system_error */
  EDGE_TRANSFER_CANCELLED,    /* the progress function said so */
  EDGE_TRANSFER_FAILED        /* anything else: see message */
} edge_transfer_outcome;

/* Texts are cut to their arrays and end with 0; empty where the server said nothing. */
typedef struct edge_transfer_response {
  int status;               /* the last HTTP status, 0 where none came */
  int restarted;            /* 1: the server sent the file from its start, the old part is gone */
  int system_error;         /* errno of a failed write */
  int64_t byte_count;       /* bytes that the file holds now */
  int64_t total;            /* bytes that it should hold, as the server states; -1 unknown */
  char validator[256];      /* a strong ETag, or else the date of the last change */
  char url[2048];           /* the address that answered, after redirects */
  char message[256];        /* libcurl's words for what failed */
} edge_transfer_response;

/* Called often with the response so far; `byte_count` differs from the request's offset, or
 * `restarted` is set, once the file is being written. Any result but 0 ends the transfer. */
typedef int (*edge_transfer_progress)(void *context, const edge_transfer_response *response);

typedef struct edge_transfer_request {
  const char *url;
  int file;                 /* open for writing */
  int64_t offset;           /* bytes that the file already holds; 0 to begin */
  const char *validator;    /* resume only if the server's file still has it; NULL: don't ask */
  int64_t total;            /* resume only if the server's file has this size; -1: any */
  int64_t byte_limit;       /* of the whole file */
  edge_transfer_progress progress;
  void *context;
} edge_transfer_request;

/* Writes what `url` gives into the file, after `offset` bytes where the server can resume and from
 * the file's start where it can't. The file keeps what was received, whatever the outcome.
 * Safe to call from several threads, each with a file of its own. */
edge_transfer_outcome edge_transfer_get(const edge_transfer_request *request,
                                        edge_transfer_response *response);

#endif
