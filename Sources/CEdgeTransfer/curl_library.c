#include "curl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static curl_library library;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *open_library(void) {
#ifdef __APPLE__
  static const char *const names[] = {"libcurl.4.dylib", "libcurl.dylib"};
#else
  static const char *const names[] = {"libcurl.so.4", "libcurl.so", "libcurl-gnutls.so.4"};
#endif
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *image = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (image != NULL) return image;
  }
  return NULL;
}

/* Stores the address of a function; POSIX gives it as an object pointer of the same size. */
static int find(void *image, const char *name, void *function) {
  void *address = dlsym(image, name);
  *(void **)function = address;
  return address != NULL;
}

static void load(void) {
  void *image = open_library();
  if (image == NULL) return;
  int all = find(image, "curl_global_init", &library.global_init);
  all &= find(image, "curl_easy_init", &library.easy_init);
  all &= find(image, "curl_easy_setopt", &library.easy_setopt);
  all &= find(image, "curl_easy_perform", &library.easy_perform);
  all &= find(image, "curl_easy_getinfo", &library.easy_getinfo);
  all &= find(image, "curl_easy_cleanup", &library.easy_cleanup);
  all &= find(image, "curl_easy_strerror", &library.easy_strerror);
  all &= find(image, "curl_slist_append", &library.slist_append);
  all &= find(image, "curl_slist_free_all", &library.slist_free_all);
  is_loaded = all && library.global_init(CURL_GLOBAL_EVERYTHING) == 0;
}

const curl_library *curl_library_load(void) {
  pthread_once(&once, load);
  return is_loaded ? &library : NULL;
}
