"""Stages whose wall clock can be moved: a preloaded library adds seconds to it, and leaves the monotonic clock alone."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.machine import compiled
from tests.faults.stages.demo import demo_service
from tests.faults.stages.stage import Stage, furnished

_SHIFT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static const volatile long long *seconds;

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("SHIFTED_CLOCK");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file >= 0) seconds = mmap(0, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
}

static long long shift(void) { return seconds && seconds != MAP_FAILED ? *seconds : 0; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, now);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int status = real(now, zone);
    if (status == 0) now->tv_sec += shift();
    return status;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""
_EVE = 300.0
"""Seconds before the turn of the year at which everything starts; its last seconds come with a jump."""
_TURN = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
_ZONE = "AAA0BBB,J1/0,J180/0"
"""A zone whose summer time begins with the year: both changes in one second."""


class ShiftedClock:
    """A wall clock some seconds away from the machine's, for whoever is started with `environ`. Raises CannotRun."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "clock"
        self.move(0)
        self.environ = {
            "LD_PRELOAD": str(compiled(_SHIFT, directory / "shift.so")),
            "SHIFTED_CLOCK": str(self._file),
        }

    def move(self, seconds: float) -> None:
        """Set how far ahead it is."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("q", int(seconds)))


def jump(seconds: float) -> Callable[[Path], AbstractContextManager[Stage]]:
    """A stage on which this machine's clock jumps, and jumps back."""

    @contextmanager
    def stage(directory: Path) -> Iterator[Stage]:
        clock = ShiftedClock(directory)
        with demo_service() as demo:
            yield Stage(
                furnished(directory),
                {**demo.environ, **clock.environ},
                begin=lambda: clock.move(seconds),
                end=lambda: clock.move(0),
                secrets=(demo.secret,),
            )

    return stage


@contextmanager
def turn_of_the_year(directory: Path) -> Iterator[Stage]:
    """Program and service live a few minutes before the year ends, in a zone whose summer time begins with it."""
    clock = ShiftedClock(directory)
    clock.move(_TURN - _EVE - time.time())
    with demo_service(environ=clock.environ) as demo:
        yield Stage(
            furnished(directory),
            {**demo.environ, **clock.environ, "TZ": _ZONE},
            begin=lambda: clock.move(_TURN - 3 - time.time()),
            secrets=(demo.secret,),
        )
