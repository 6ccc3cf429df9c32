#include "cairo_library.h"

#include <dlfcn.h>

static void *open_library(const char *name) {
#ifdef __APPLE__
  static const char *const names[] = {
      "libcairo.2.dylib", "/opt/homebrew/lib/libcairo.2.dylib", "/usr/local/lib/libcairo.2.dylib"};
#else
  static const char *const names[] = {"libcairo.so.2", "libcairo.so"};
#endif
  if (name != NULL) return dlopen(name, RTLD_NOW | RTLD_LOCAL);
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

edge_plot_status cairo_library_load(const char *name, cairo_library *library) {
  void *image = open_library(name);
  if (image == NULL) return EDGE_PLOT_NO_LIBRARY;
  int all = 1;
#define FIND(result, name, parameters) all &= find(image, "cairo_" #name, &library->name);
  CAIRO_FUNCTIONS(FIND)
#undef FIND
  return all ? EDGE_PLOT_OK : EDGE_PLOT_OLD_LIBRARY;
}
