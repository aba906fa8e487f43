/// What Glibc's module leaves out: epoll, eventfd, and accept4, which hides behind _GNU_SOURCE.

#ifndef CORSWAY_CEPOLL_SHIM_H
#define CORSWAY_CEPOLL_SHIM_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

#endif
