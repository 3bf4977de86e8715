#include "engine/disk.h"

#include <catch2/catch.hpp>

namespace gregor {

TEST_CASE("disk: what is appended takes no time of the device, what is transferred no room",
          "[engine][disk]")
{
    Disk disk(DiskSpec{.rate = 1'000'000});
    disk.append(Time{}, 0, 500'000);
    CHECK(disk.transfer(Time{}, 1'000'000) == Time{} + seconds(1));
    CHECK(disk.write(Time{}, 0, 500'000) == Time{} + milliseconds(1500));
    CHECK(disk.used() == 1'000'000);
}

TEST_CASE("disk: the room of a file is what was written and not given back", "[engine][disk]")
{
    Disk disk;
    disk.append(Time{}, 0, 100);
    disk.append(Time{}, 1, 50);
    disk.release(0, 60);
    CHECK(disk.used() == 90);
    disk.truncate(Time{}, 0, 80);
    CHECK(disk.used() == 70);
    disk.truncate(Time{}, 0, 40);  // all of it had been given back
    CHECK(disk.used() == 50);
    disk.append(Time{}, 0, 30);
    CHECK(disk.used() == 80);
    disk.replace();
    CHECK(disk.used() == 0);
}

TEST_CASE("disk: what was to be given back and went with a truncation is not given back twice",
          "[engine][disk]")
{
    Disk disk;
    disk.append(Time{}, 0, 100);
    disk.release(0, -40);  // a cleaned copy of 40 bytes stands beside the old file
    CHECK(disk.used() == 140);
    disk.truncate(Time{}, 0, 0);
    CHECK(disk.used() == 0);
    disk.release(0, 100);
    CHECK(disk.used() == 0);
    disk.append(Time{}, 0, 10);
    disk.release(0, 100);
    CHECK(disk.used() == 0);
}

TEST_CASE("disk: a power loss keeps what was flushed or written back", "[engine][disk]")
{
    Disk disk(DiskSpec{.writeback = seconds(30)});
    disk.append(Time{}, 0, 100);
    disk.flush(Time{}, 0);
    disk.append(Time{} + seconds(1), 0, 50);
    disk.append(Time{} + seconds(10), 0, 25);
    disk.release(0, 120);
    CHECK(disk.lose_power(Time{} + seconds(31)) == std::vector<std::int64_t>{150});
    CHECK(disk.used() == 30);
    disk.append(Time{} + seconds(40), 0, 5);
    CHECK(disk.lose_power(Time{} + seconds(41)) == std::vector<std::int64_t>{150});
    CHECK(disk.used() == 30);
}

}  // namespace gregor
