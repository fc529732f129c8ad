// The functions of MPI that are used, without its macros, which Swift cannot import. Handles are pointers in one
// implementation and numbers in another: here each is a struct of one member, which has the same memory. All data
// are bytes. Functions return MPI's error codes.
#ifndef BEAMTRACK_CMPI_H
#define BEAMTRACK_CMPI_H

#include <mpi.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define CMPI_INLINE static inline __attribute__((unused))

/// A communicator.
typedef struct {
  MPI_Comm handle;
} CMPICommunicator;

/// An operation that was begun.
typedef struct {
  MPI_Request handle;
} CMPIRequest;

enum { CMPI_MAX_TEXT = MPI_MAX_ERROR_STRING };

/// Starts MPI, with errors that are returned. `isSerialized` becomes 1 if it may be called from any thread, one at a time.
CMPI_INLINE int cmpi_start(int *isSerialized) {
  int level = MPI_THREAD_SINGLE;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  *isSerialized = level >= MPI_THREAD_SERIALIZED;
  if (code != MPI_SUCCESS) return code;
  return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

CMPI_INLINE int cmpi_end(void) { return MPI_Finalize(); }

/// A communicator of all processes, whose errors are returned.
CMPI_INLINE int cmpi_make_communicator(CMPICommunicator *communicator) {
  int code = MPI_Comm_dup(MPI_COMM_WORLD, &communicator->handle);
  if (code != MPI_SUCCESS) return code;
  return MPI_Comm_set_errhandler(communicator->handle, MPI_ERRORS_RETURN);
}

CMPI_INLINE int cmpi_rank(CMPICommunicator communicator, int *rank) {
  return MPI_Comm_rank(communicator.handle, rank);
}

CMPI_INLINE int cmpi_size(CMPICommunicator communicator, int *size) {
  return MPI_Comm_size(communicator.handle, size);
}

CMPI_INLINE int *cmpi_status(void) {
  static int status = 0;
  return &status;
}

CMPI_INLINE void cmpi_give_up(int number) {
  (void)number;
  _exit(*cmpi_status());
}

/// Ends all processes. Where MPI_Abort does not return (MPICH's, over UCX, may wait in it for another process for
/// ever), this process ends after two seconds with `status`, upon which the launcher ends the others.
CMPI_INLINE int cmpi_abort(CMPICommunicator communicator, int status) {
  *cmpi_status() = status;
  signal(SIGALRM, cmpi_give_up);
  alarm(2);
  return MPI_Abort(communicator.handle, status);
}

CMPI_INLINE CMPIRequest cmpi_no_request(void) {
  CMPIRequest request = {MPI_REQUEST_NULL};
  return request;
}

CMPI_INLINE int cmpi_send(
    CMPICommunicator communicator, const void *bytes, int count, int receiver, CMPIRequest *request) {
  return MPI_Isend(bytes, count, MPI_BYTE, receiver, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_receive(
    CMPICommunicator communicator, void *bytes, int count, int sender, CMPIRequest *request) {
  return MPI_Irecv(bytes, count, MPI_BYTE, sender, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_receive_from_any(
    CMPICommunicator communicator, void *bytes, int count, CMPIRequest *request) {
  return MPI_Irecv(bytes, count, MPI_BYTE, MPI_ANY_SOURCE, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_all_gather(
    CMPICommunicator communicator, const void *own, int count, void *all, CMPIRequest *request) {
  return MPI_Iallgather(
      own, count, MPI_BYTE, all, count, MPI_BYTE, communicator.handle, &request->handle);
}

/// As `cmpi_all_gather`, with lengths and places in `all` by rank, which have to stay until it is done.
CMPI_INLINE int cmpi_all_gather_unequal(
    CMPICommunicator communicator, const void *own, int count, void *all, const int *counts,
    const int *places, CMPIRequest *request) {
  return MPI_Iallgatherv(
      own, count, MPI_BYTE, all, counts, places, MPI_BYTE, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_gather(
    CMPICommunicator communicator, const void *own, int count, void *all, CMPIRequest *request) {
  return MPI_Igather(
      own, count, MPI_BYTE, all, count, MPI_BYTE, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_scatter(
    CMPICommunicator communicator, const void *all, int count, void *own, CMPIRequest *request) {
  return MPI_Iscatter(
      all, count, MPI_BYTE, own, count, MPI_BYTE, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_broadcast(
    CMPICommunicator communicator, void *bytes, int count, CMPIRequest *request) {
  return MPI_Ibcast(bytes, count, MPI_BYTE, 0, communicator.handle, &request->handle);
}

CMPI_INLINE int cmpi_barrier(CMPICommunicator communicator, CMPIRequest *request) {
  return MPI_Ibarrier(communicator.handle, &request->handle);
}

/// Whether all operations are done.
CMPI_INLINE int cmpi_test_all(int count, CMPIRequest *requests, int *areDone) {
  return MPI_Testall(count, (MPI_Request *)requests, areDone, MPI_STATUSES_IGNORE);
}

/// Calls off a receive, as far as the message has not arrived.
CMPI_INLINE int cmpi_cancel(CMPIRequest *request) { return MPI_Cancel(&request->handle); }

/// What an error code means; `text` has room for CMPI_MAX_TEXT bytes.
CMPI_INLINE void cmpi_describe(int code, char *text) {
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) length = 0;
  text[length < CMPI_MAX_TEXT ? length : CMPI_MAX_TEXT - 1] = 0;
}

CMPI_INLINE int cmpi_success(void) { return MPI_SUCCESS; }

#endif
