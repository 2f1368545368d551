"""Folders with faults, for tests: not seen by one rank, without an answer, with calls that are refused."""

import contextlib
import ctypes
import os
import subprocess

import pytest

LIBC = ctypes.CDLL(None, use_errno=True)

# Calls on files below REFUSED_FOLDER fail with the error that the environment gives each by name.
REFUSING_CALLS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refused(const char* call) {
  const char* error = getenv(call);
  if (error == NULL) return 0;
  errno = atoi(error);
  return 1;
}
static int is_file(int descriptor) {
  struct stat facts;
  return fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}
#define NEXT(name, type) ((type)dlsym(RTLD_NEXT, name))
int flock(int d, int how) { return refused("REFUSE_FLOCK") ? -1 : NEXT("flock", int (*)(int, int))(d, how); }
int link(const char* a, const char* b) {
  return refused("REFUSE_LINK") ? -1 : NEXT("link", int (*)(const char*, const char*))(a, b);
}
int rename(const char* a, const char* b) {
  return refused("REFUSE_RENAME") ? -1 : NEXT("rename", int (*)(const char*, const char*))(a, b);
}
int futimens(int d, const struct timespec t[2]) {
  return refused("REFUSE_TIMES") ? -1 : NEXT("futimens", int (*)(int, const struct timespec*))(d, t);
}
int fsync(int d) { return is_file(d) && refused("REFUSE_FSYNC") ? -1 : NEXT("fsync", int (*)(int))(d); }
"""


def build_refusing_library(folder):
    """For LD_PRELOAD."""
    (folder / "refuse.c").write_text(REFUSING_CALLS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "refuse.so", folder / "refuse.c", "-ldl"], check=True)
    return folder / "refuse.so"


def can_mount():
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="needs the right to mount")


def with_own(folder, command):
    """The command, seeing an empty folder of its own in this place."""
    return ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(folder), *command]


@contextlib.contextmanager
def without_answer(folder):
    """A file system that never answers is mounted there: FUSE without anybody behind it."""
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pytest.skip("needs /dev/fuse")
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if LIBC.mount(b"without_answer", os.fsencode(folder), b"fuse", 0, options) != 0:
        os.close(device)
        pytest.skip("needs the right to mount")
    try:
        yield
    finally:
        LIBC.umount2(os.fsencode(folder), 2)  # MNT_DETACH
        os.close(device)
