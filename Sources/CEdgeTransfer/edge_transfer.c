#include "edge_transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "curl_library.h"

typedef struct transfer {
  const edge_transfer_request *request;
  edge_transfer_response *response;
  edge_transfer_outcome stopped; /* why a callback ended the transfer; DONE if none did */
  int has_begun;                 /* the file stands where the body goes */
  int has_etag;
  int is_web_page;
  int is_chunked;                /* a Content-Length, if any, counts for nothing */
  int64_t content_length;        /* of this answer, -1 unknown */
  int64_t range_start;           /* of a Content-Range, -1 without one */
  int64_t range_total;
} transfer;

/* MARK: The answer's headers */

static void begin_answer(transfer *t, const char *line) {
  t->response->status = 0;
  t->response->validator[0] = 0;
  t->has_etag = 0;
  t->is_web_page = t->is_chunked = 0;
  t->content_length = t->range_start = t->range_total = -1;
  sscanf(line, "HTTP/%*s %d", &t->response->status);
}

static int64_t parse_count(const char *text) {
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  return end == text || errno != 0 || value < 0 ? -1 : value;
}

/* "bytes 100-199/200"; a star stands for an unknown total. */
static void parse_range(transfer *t, const char *value) {
  if (strncasecmp(value, "bytes ", 6) != 0) return;
  t->range_start = parse_count(value + 6);
  const char *slash = strchr(value, '/');
  if (slash != NULL) t->range_total = parse_count(slash + 1);
}

/* A weak ETag doesn't promise the same bytes, so it can't guard a resumed part. */
static void parse_validator(transfer *t, const char *value, int is_etag) {
  if (is_etag ? strncmp(value, "W/", 2) == 0 : t->has_etag) return;
  size_t capacity = sizeof t->response->validator;
  int length = snprintf(t->response->validator, capacity, "%s", value);
  if ((size_t)length >= capacity) t->response->validator[0] = 0;
  if (is_etag) t->has_etag = t->response->validator[0] != 0;
}

static void parse_header(transfer *t, char *line) {
  if (strncmp(line, "HTTP/", 5) == 0) {
    begin_answer(t, line);
    return;
  }
  char *value = strchr(line, ':');
  if (value == NULL) return;
  *value++ = 0;
  value += strspn(value, " \t");
  value[strcspn(value, "\r\n")] = 0;
  if (strcasecmp(line, "content-length") == 0) t->content_length = parse_count(value);
  else if (strcasecmp(line, "transfer-encoding") == 0) t->is_chunked = 1;
  else if (strcasecmp(line, "content-range") == 0) parse_range(t, value);
  else if (strcasecmp(line, "content-type") == 0)
    t->is_web_page = strncasecmp(value, "text/html", 9) == 0;
  else if (strcasecmp(line, "etag") == 0) parse_validator(t, value, 1);
  else if (strcasecmp(line, "last-modified") == 0) parse_validator(t, value, 0);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context) {
  char line[1024];
  size_t length = size * count;
  if (length < sizeof line) {
    memcpy(line, bytes, length);
    line[length] = 0;
    parse_header(context, line);
  }
  return length;
}

/* MARK: The answer's body */

static int stop(transfer *t, edge_transfer_outcome reason) {
  if (t->stopped == EDGE_TRANSFER_DONE) t->stopped = reason;
  return 0;
}

static int stop_writing(transfer *t) {
  t->response->system_error = errno;
  return stop(t, EDGE_TRANSFER_WRITE_FAILED);
}

/* Puts the file where the body goes; 0 if the answer can't be used. */
static int begin_body(transfer *t) {
  edge_transfer_response *response = t->response;
  if (t->has_begun) return 1;
  if (response->status != 200 && response->status != 206) return stop(t, EDGE_TRANSFER_REFUSED);
  if (t->is_web_page) return stop(t, EDGE_TRANSFER_WEB_PAGE);
  if (response->status == 206) {
    int64_t expected = t->request->total < 0 ? t->range_total : t->request->total;
    if (t->range_start != t->request->offset || t->range_total != expected)
      return stop(t, EDGE_TRANSFER_WRONG_RANGE);
    response->total = t->range_total;
  } else {
    response->restarted = t->request->offset > 0;
    response->byte_count = 0;
    response->total = t->is_chunked ? -1 : t->content_length;
  }
  if (response->total > t->request->byte_limit) return stop(t, EDGE_TRANSFER_TOO_LARGE);
  if (ftruncate(t->request->file, response->byte_count) != 0) return stop_writing(t);
  if (lseek(t->request->file, response->byte_count, SEEK_SET) < 0) return stop_writing(t);
  t->has_begun = 1;
  return 1;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
  transfer *t = context;
  size_t length = size * count, written = 0;
  if (!begin_body(t)) return 0;
  if ((int64_t)length > t->request->byte_limit - t->response->byte_count) {
    stop(t, EDGE_TRANSFER_TOO_LARGE);
    return 0;
  }
  while (written < length) {
    ssize_t step = write(t->request->file, bytes + written, length - written);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) {
      stop_writing(t);
      return 0;
    }
    written += (size_t)step;
    t->response->byte_count += step;
  }
  return length;
}

/* libcurl counts one answer's bytes; the file's are counted here. */
static int on_progress(void *context, int64_t total, int64_t now, int64_t up, int64_t sent) {
  transfer *t = context;
  (void)total, (void)now, (void)up, (void)sent;
  if (t->request->progress(t->request->context, t->response) == 0) return 0;
  stop(t, EDGE_TRANSFER_CANCELLED);
  return 1;
}

/* MARK: The request */

static edge_transfer_outcome outcome_of(int code) {
  switch (code) {
    case 0: return EDGE_TRANSFER_DONE;
    case 1: case 3: return EDGE_TRANSFER_BAD_URL;
    case 5: case 6: case 7: return EDGE_TRANSFER_UNREACHABLE;
    case 35: case 53: case 54: case 58: case 59: case 60: case 66: case 77: case 80: case 82:
    case 83: case 90: case 91: case 98: return EDGE_TRANSFER_UNTRUSTED;
    case 22: return EDGE_TRANSFER_REFUSED;
    /* partial, timed out, empty, not sent, not received, HTTP/2 and HTTP/3 framing */
    case 16: case 18: case 28: case 52: case 55: case 56: case 92: case 95:
      return EDGE_TRANSFER_BROKEN;
    default: return EDGE_TRANSFER_FAILED;
  }
}

static int set_address(const curl_library *curl, void *handle, const char *url) {
  long protocols = PROTOCOL_HTTP | PROTOCOL_HTTPS;
  int failed = curl->easy_setopt(handle, OPTION_URL, url);
  failed |= curl->easy_setopt(handle, OPTION_USER_AGENT, "EdgeVision");
  failed |= curl->easy_setopt(handle, OPTION_PROTOCOLS, protocols);
  failed |= curl->easy_setopt(handle, OPTION_REDIRECT_PROTOCOLS, protocols);
  failed |= curl->easy_setopt(handle, OPTION_FOLLOW_REDIRECTS, 1L);
  failed |= curl->easy_setopt(handle, OPTION_MAX_REDIRECTS, 10L);
  failed |= curl->easy_setopt(handle, OPTION_FAIL_ON_ERROR, 1L);
  failed |= curl->easy_setopt(handle, OPTION_NO_SIGNAL, 1L);
  failed |= curl->easy_setopt(handle, OPTION_CONNECT_SECONDS, 15L);
  failed |= curl->easy_setopt(handle, OPTION_LOW_SPEED_LIMIT, 1L);
  failed |= curl->easy_setopt(handle, OPTION_LOW_SPEED_SECONDS, 30L);
  return failed;
}

static int set_callbacks(const curl_library *curl, void *handle, transfer *t) {
  int failed = curl->easy_setopt(handle, OPTION_ERROR_BUFFER, t->response->message);
  failed |= curl->easy_setopt(handle, OPTION_HEADER_FUNCTION, on_header);
  failed |= curl->easy_setopt(handle, OPTION_HEADER_DATA, t);
  failed |= curl->easy_setopt(handle, OPTION_WRITE_FUNCTION, on_body);
  failed |= curl->easy_setopt(handle, OPTION_WRITE_DATA, t);
  failed |= curl->easy_setopt(handle, OPTION_PROGRESS_FUNCTION, on_progress);
  failed |= curl->easy_setopt(handle, OPTION_PROGRESS_DATA, t);
  failed |= curl->easy_setopt(handle, OPTION_NO_PROGRESS, 0L);
  return failed;
}

static int set_range(const curl_library *curl, void *handle, const edge_transfer_request *request,
                     curl_list **headers) {
  char range[32], condition[300];
  if (request->offset == 0) return 0;
  snprintf(range, sizeof range, "%lld-", (long long)request->offset);
  int failed = curl->easy_setopt(handle, OPTION_RANGE, range);
  if (request->validator != NULL) {
    snprintf(condition, sizeof condition, "If-Range: %s", request->validator);
    *headers = curl->slist_append(NULL, condition);
    failed |= *headers == NULL;
  }
  return failed | curl->easy_setopt(handle, OPTION_HEADERS, *headers);
}

static edge_transfer_outcome perform(const curl_library *curl, void *handle, transfer *t) {
  edge_transfer_response *response = t->response;
  curl_list *headers = NULL;
  int code = set_address(curl, handle, t->request->url);
  code |= set_callbacks(curl, handle, t);
  code |= set_range(curl, handle, t->request, &headers);
  if (code == 0) code = curl->easy_perform(handle);
  else code = 2; /* libcurl's "failed to initialize" */
  if (code == 0) begin_body(t); /* an empty body calls no one */
  char *address = NULL;
  if (curl->easy_getinfo(handle, INFORMATION_EFFECTIVE_URL, &address) == 0 && address != NULL)
    snprintf(response->url, sizeof response->url, "%s", address);
  if (code != 0 && response->message[0] == 0)
    snprintf(response->message, sizeof response->message, "%s", curl->easy_strerror(code));
  curl->slist_free_all(headers);
  return t->stopped != EDGE_TRANSFER_DONE ? t->stopped : outcome_of(code);
}

edge_transfer_outcome edge_transfer_get(const edge_transfer_request *request,
                                        edge_transfer_response *response) {
  _Static_assert(sizeof response->message >= CURL_ERROR_BYTES, "libcurl writes this much");
  memset(response, 0, sizeof *response);
  response->total = -1;
  response->byte_count = request->offset;
  const curl_library *curl = curl_library_load();
  if (curl == NULL) return EDGE_TRANSFER_NO_LIBRARY;
  void *handle = curl->easy_init();
  if (handle == NULL) return EDGE_TRANSFER_FAILED;
  transfer t = {.request = request, .response = response, .content_length = -1,
                .range_start = -1, .range_total = -1};
  edge_transfer_outcome outcome = perform(curl, handle, &t);
  curl->easy_cleanup(handle);
  return outcome;
}
