/* Shared libraries that are opened by name once their functions are needed. */
#ifndef EDGE_LIBRARIES_H
#define EDGE_LIBRARIES_H

typedef struct edge_function {
  const char *name;
  void *address; /* the function pointer that gets its address, NULL where there is none */
} edge_function;

typedef enum {
  EDGE_LIBRARY_OK = 0,
  EDGE_LIBRARY_MISSING,    /* none has one of the names */
  EDGE_LIBRARY_INCOMPLETE, /* it lacks a function */
} edge_library_status;

/* Opens the library that the first of some names is found under, and finds its functions. The names
 * end with NULL, the functions with one whose name is NULL. Once opened, a library stays with the
 * process. */
edge_library_status edge_library_load(const char *const *names, const edge_function *functions);

#endif
