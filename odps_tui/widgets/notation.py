"""How figures, times and ids are written in few cells. `?` is what nobody told us; it is never written as 0."""

from __future__ import annotations

from datetime import datetime, timedelta

UNKNOWN = "?"

_EIGHTHS = " ▏▎▍▌▋▊▉"
_SUFFIXES = ("", "k", "M", "B", "T", "P")


def short_duration(duration: timedelta | None) -> str:
    """Write a duration in at most five cells: `41s`, `52m`, `1h05`, `3d04h`; `?` for None."""
    if duration is None:
        return UNKNOWN
    seconds = int(duration.total_seconds())
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if seconds < 86_400:
        return f"{seconds // 3600}h{seconds // 60 % 60:02}"
    return f"{seconds // 86_400}d{seconds // 3600 % 24:02}h"


def exact_duration(duration: timedelta | None) -> str:
    """Write a duration to the second: `41s`, `1m48s`, `51m20s`, `3h05m20s`; `?` for None."""
    if duration is None:
        return UNKNOWN
    seconds = int(duration.total_seconds())
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02}s"
    return f"{seconds // 3600}h{seconds // 60 % 60:02}m{seconds % 60:02}s"


def going_duration(duration: timedelta | None) -> str:
    """Write a duration that goes on, the coarser the longer it is: `41s`, `6m50s`, `51m`, `3h05m`; `?` for None.

    It is cut, never rounded up: below ten minutes to tens of seconds, then to minutes. What goes on for an hour and changes its
    digits every second is noise, and over a slow line it is all the noise there is.
    """
    if duration is None:
        return UNKNOWN
    seconds = int(duration.total_seconds())
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 600:
        return f"{seconds // 60}m{seconds % 60 // 10 * 10:02}s"
    return f"{seconds // 60}m" if seconds < 3600 else f"{seconds // 3600}h{seconds // 60 % 60:02}m"


def age_of(read_at: datetime, now: datetime) -> str:
    """Write how old a reading is: `<10s`, `20s`, `6m50s`, `51m`. One that is renewed in time looks the same all the time."""
    age = max(now - read_at, timedelta(0))
    if age < timedelta(seconds=10):
        return "<10s"
    return f"{int(age.total_seconds()) // 10 * 10}s" if age < timedelta(minutes=1) else going_duration(age)


def clock_time(moment: datetime | None, *, now: datetime | None = None) -> str:
    """Write a moment in local time: `09:41:07`, with its date when it is not `now`'s; `?` for None."""
    if moment is None:
        return UNKNOWN
    local = moment.astimezone()
    if now is not None and now.astimezone().date() != local.date():
        return f"{local:%m-%d %H:%M:%S}"
    return f"{local:%H:%M:%S}"


def short_count(count: int | None) -> str:
    """Write a count in at most five cells: `950`, `4.8k`, `212M`, `1.1B`; `?` for None."""
    if count is None:
        return UNKNOWN
    if count < 1000:
        return str(count)
    value = float(count)
    for suffix in _SUFFIXES:
        if value < 999.5:
            return f"{value:.1f}{suffix}" if value < 9.95 else f"{value:.0f}{suffix}"
        value /= 1000
    return f"{value:.0f}E"


def short_bytes(size: int | None) -> str:
    """Write a size in binary units: `512 B`, `4.2 KB`, `92 MB`; `?` for None."""
    if size is None:
        return UNKNOWN
    value = float(size)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 1024 or unit == "TB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" or value >= 9.95 else f"{value:.1f} {unit}"


def plain(value: object | None) -> str:
    """Write a value, or `?` when nobody told it."""
    return UNKNOWN if value is None or value == "" else str(value)


def id_tail(instance_id: str, width: int = 11) -> str:
    """Write an id in `width` cells by its end: ids share their beginning, which is the time."""
    return instance_id if len(instance_id) <= width else "…" + instance_id[-(width - 1) :]


def short_owner(owner: str | None) -> str:
    """Write an owner by the part that tells it apart: `ALIYUN$etl@example.com` → `etl`, `RAM$main:bi_reader` → `bi_reader`."""
    if not owner:
        return UNKNOWN
    account = owner.partition("$")[2] or owner
    user = account.rpartition(":")[2] or account
    return user.partition("@")[0] or user


def bar(fraction: float, width: int, *, empty: str = "·") -> str:
    """Draw 0…1 as a bar of `width` cells in steps of an eighth of a cell; it is full only at 1, and empty only at 0."""
    whole = width * 8
    eighths = round(min(1.0, max(0.0, fraction)) * whole)
    if 0 < fraction < 1 and whole:
        eighths = min(max(1, eighths), whole - 1)
    full, rest = divmod(eighths, 8)
    partial = _EIGHTHS[rest] if rest else ""
    return "█" * full + partial + empty * (width - full - len(partial))


def live_percent(fraction: float) -> int:
    """Return the percentage of something that has not ended: never 100, whatever the figures say."""
    return min(99, int(min(1.0, max(0.0, fraction)) * 100))  # 1e308 times a hundred is no number
