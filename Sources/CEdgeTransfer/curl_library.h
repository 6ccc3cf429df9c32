/* The part of libcurl's stable interface (libcurl.so.4) that a GET needs, found by name at run
 * time. Numbers: an option is its kind (0 number, 10000 pointer, 20000 function) plus its index;
 * an information is its kind (0x100000 text) plus its index. */
#ifndef CURL_LIBRARY_H
#define CURL_LIBRARY_H

enum curl_option {
  OPTION_WRITE_DATA = 10001,
  OPTION_URL = 10002,
  OPTION_RANGE = 10007,
  OPTION_ERROR_BUFFER = 10010,
  OPTION_WRITE_FUNCTION = 20011,
  OPTION_USER_AGENT = 10018,
  OPTION_LOW_SPEED_LIMIT = 19,
  OPTION_LOW_SPEED_SECONDS = 20,
  OPTION_HEADERS = 10023,
  OPTION_HEADER_DATA = 10029,
  OPTION_NO_PROGRESS = 43,
  OPTION_FAIL_ON_ERROR = 45,
  OPTION_FOLLOW_REDIRECTS = 52,
  OPTION_PROGRESS_DATA = 10057,
  OPTION_MAX_REDIRECTS = 68,
  OPTION_CONNECT_SECONDS = 78,
  OPTION_HEADER_FUNCTION = 20079,
  OPTION_NO_SIGNAL = 99,
  OPTION_PROTOCOLS = 181,
  OPTION_REDIRECT_PROTOCOLS = 182,
  OPTION_PROGRESS_FUNCTION = 20219
};

enum { PROTOCOL_HTTP = 1, PROTOCOL_HTTPS = 2 };
enum { INFORMATION_EFFECTIVE_URL = 0x100001 };
enum { CURL_ERROR_BYTES = 256, CURL_GLOBAL_EVERYTHING = 3 };

typedef struct curl_list curl_list;

/* Every function: its result, its name after "curl_" and its parameters. */
#define CURL_FUNCTIONS(FUNCTION)                                       \
  FUNCTION(int, global_init, (long flags))                             \
  FUNCTION(void *, easy_init, (void))                                  \
  FUNCTION(int, easy_setopt, (void *handle, int option, ...))          \
  FUNCTION(int, easy_perform, (void *handle))                          \
  FUNCTION(int, easy_getinfo, (void *handle, int information, ...))    \
  FUNCTION(void, easy_cleanup, (void *handle))                         \
  FUNCTION(const char *, easy_strerror, (int code))                    \
  FUNCTION(curl_list *, slist_append, (curl_list *, const char *text)) \
  FUNCTION(void, slist_free_all, (curl_list *))

typedef struct curl_library {
#define DECLARE(result, name, parameters) result(*name) parameters;
  CURL_FUNCTIONS(DECLARE)
#undef DECLARE
} curl_library;

/* The loaded library, the same for the whole process; NULL where there is none. */
const curl_library *curl_library_load(void);

#endif
