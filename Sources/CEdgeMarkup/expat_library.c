#include "expat_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static expat_library library;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *open_library(void) {
#ifdef __APPLE__
  static const char *const names[] = {"libexpat.1.dylib", "libexpat.dylib"};
#else
  static const char *const names[] = {"libexpat.so.1", "libexpat.so"};
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
  int all = 1;
#define FIND(result, name, parameters) all &= find(image, "XML_" #name, &library.name);
  EXPAT_FUNCTIONS(FIND)
#undef FIND
  is_loaded = all;
}

const expat_library *expat_library_load(void) {
  pthread_once(&once, load);
  return is_loaded ? &library : NULL;
}
