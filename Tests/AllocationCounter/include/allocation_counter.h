/* Counts the allocations of a process, on all its threads. */
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/* 1 where this build counts: with glibc, and without a sanitizer, which brings its own malloc. */
int allocation_counter_works(void);
/* Allocations since the process started. */
long allocation_count(void);

#endif
