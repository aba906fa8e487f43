/// What Glibc's module leaves out: epoll, eventfd, inotify, and two functions that hide behind _GNU_SOURCE.

#ifndef CORSWAY_CEPOLL_SHIM_H
#define CORSWAY_CEPOLL_SHIM_H

#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

// Glibc's module holds sys/socket.h: a second module with it would hide its names from some files.
struct sockaddr;

extern int accept4(int descriptor, struct sockaddr *address, unsigned int *length, int flags);

extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *cores);

#endif
