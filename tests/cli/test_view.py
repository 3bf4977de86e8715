"""The visualizer as its users start it: pictures without a window, and the window itself."""

import json
import os
import shutil
import struct
import subprocess
import time
import xml.etree.ElementTree
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("GREGOR_BINARY", ROOT / "build" / "release" / "gregor"))
LEADER_CRASH = ROOT / "scenarios" / "replication" / "leader_crash.json"


def gregor(*arguments, display=None, timeout=300):
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    if display:
        environment["DISPLAY"] = display
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, env=environment, cwd=ROOT)


def pixels_of_png(data):
    """Width, height and rows of RGB bytes of an 8-bit PNG without interlace."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    channels = 3 if colour == 2 else 4
    raw, stride, rows = zlib.decompress(packed), width * channels, []
    before = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        how, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
        for i in range(stride if how else 0):
            left = line[i - channels] if i >= channels else 0
            up, corner = before[i], before[i - channels] if i >= channels else 0
            if how == 1:
                guess = left
            elif how == 2:
                guess = up
            elif how == 3:
                guess = (left + up) // 2
            else:
                nearest = left + up - corner
                guess = min((abs(nearest - left), 0, left), (abs(nearest - up), 1, up),
                            (abs(nearest - corner), 2, corner))[2]
            line[i] = (line[i] + guess) & 255
        rows.append(bytes(line) if channels == 3 else
                    bytes(b for i, b in enumerate(line) if i % 4 != 3))
        before = line
    return width, height, rows


def pixels_of_xwd(data):
    """The same of an X window dump with 32 bits a pixel."""
    (header, _, _, _, width, height, _, _, _, _, _, bits, stride) = struct.unpack(
        ">13I", data[:52])
    colours = struct.unpack(">I", data[76:80])[0]
    assert bits == 32
    start, rows = header + colours * 12, []
    for y in range(height):
        line = data[start + y * stride:start + y * stride + width * 4]
        row = bytearray(width * 3)
        row[0::3], row[1::3], row[2::3] = line[2::4], line[1::4], line[0::4]
        rows.append(bytes(row))
    return width, height, rows


@pytest.fixture(scope="module")
def crash(tmp_path_factory):
    recording = tmp_path_factory.mktemp("view") / "crash.gregor"
    outcome = gregor("run", LEADER_CRASH, "-o", recording, "--resources", "fixed")
    assert outcome.returncode == 0, outcome.stderr
    return recording


# ---- pictures ----


def test_a_picture_needs_no_window_and_is_the_same_twice(crash, tmp_path):
    pictures = []
    for name in ("a.png", "b.png"):
        outcome = gregor("view", crash, "--at", "20.5s", "--screenshot", tmp_path / name)
        assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1]
    width, height, rows = pixels_of_png(pictures[0])
    assert (width, height) == (1600, 1000)
    assert len({row[i:i + 3] for row in rows[::7] for i in range(0, len(row), 21)}) > 50


def test_a_scenario_is_run_before_it_is_shown(tmp_path):
    short = LEADER_CRASH.with_name("leader_crash_short.json")
    picture = tmp_path / "short.png"
    outcome = gregor("view", short, "--at", "3s", "--size", "1280x800", "--screenshot", picture)
    assert outcome.returncode == 0, outcome.stderr
    assert pixels_of_png(picture.read_bytes())[:2] == (1280, 800)


def test_scale_makes_more_pixels_and_one_pixel_is_a_picture(crash, tmp_path):
    for options, size in ((["--scale", "2"], (3200, 2000)), (["--size", "1x1"], (1, 1))):
        picture = tmp_path / "scaled.png"
        outcome = gregor("view", crash, "--screenshot", picture, *options)
        assert outcome.returncode == 0, outcome.stderr
        header = picture.read_bytes()[16:24]
        assert struct.unpack(">II", header) == size


def test_a_time_outside_the_run_is_brought_into_it_and_said(crash, tmp_path):
    outcome = gregor("view", crash, "--at", "2h", "--screenshot", tmp_path / "late.png")
    assert outcome.returncode == 0
    assert "2h is outside the run" in outcome.stderr
    assert (tmp_path / "late.png").exists()


@pytest.mark.parametrize("options", [["--at", "soon"], ["--size", "big"], ["--size", "0x9"],
                                     ["--scale", "9"], ["--nonsense"],
                                     ["--select", "broker 9"], ["--select", "group g"]])
def test_a_bad_option_is_refused(options, crash, tmp_path):
    picture = tmp_path / "none.png"
    outcome = gregor("view", crash, "--screenshot", picture, *options)
    assert outcome.returncode == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert not picture.exists()


def test_without_a_file_the_library_is_shown(tmp_path):
    outcome = gregor("view", "--screenshot", tmp_path / "library.png")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert pixels_of_png((tmp_path / "library.png").read_bytes())[:2] == (1600, 1000)


def test_a_scenario_that_is_wrong_tells_only_its_own_mistakes(tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(LEADER_CRASH.read_text().replace('"horizon"', '"horizn"'))
    outcome = gregor("view", wrong, "--screenshot", tmp_path / "none.png")
    assert outcome.returncode == 2
    assert outcome.stderr.splitlines() == gregor("check", wrong).stderr.splitlines()


def test_what_cannot_be_shown_is_refused(crash, tmp_path):
    damaged = tmp_path / "damaged.gregor"
    damaged.write_bytes(crash.read_bytes()[:-100])
    text = tmp_path / "text.gregor"
    text.write_text("{}")
    for file in (damaged, text, tmp_path / "missing.gregor", tmp_path / "missing.json"):
        picture = tmp_path / "none.png"
        outcome = gregor("view", file, "--screenshot", picture)
        assert outcome.returncode == 2, outcome.stderr
        assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
        assert not picture.exists()


def test_without_a_display_the_way_out_is_named(crash):
    outcome = gregor("view", crash)
    assert outcome.returncode == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert "--screenshot" in outcome.stderr


def test_two_legs_stand_side_by_side(tmp_path):
    legs = LEADER_CRASH.parents[1] / "producer" / "acks_one_loses.json"
    pictures = []
    for options in ([], ["--beside", "acks=1"]):
        picture = tmp_path / "legs.png"
        outcome = gregor("view", legs, "--resources", "fixed", "--at", "6s", "--screenshot",
                         picture, *options)
        assert (outcome.returncode, outcome.stderr) == (0, "")
        pictures.append(picture.read_bytes())
    assert pictures[0] != pictures[1]
    outcome = gregor("view", legs, "--beside", "acks=7", "--screenshot", picture)
    assert outcome.returncode == 2
    assert "acks=7" in outcome.stderr


def test_plots_and_a_page_need_no_window(crash, tmp_path):
    plots, page = tmp_path / "plots.svg", tmp_path / "page.html"
    outcome = gregor("view", crash, "--at", "20.5s", "--plots", plots, "--page", page)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
    drawing = xml.etree.ElementTree.parse(plots).getroot()
    texts = [each.text for each in drawing.iter() if each.tag.endswith("text")]
    assert "crash broker 1" in texts and "Throughput" in texts
    html = page.read_text()
    assert "data:image/png;base64," in html and "leader-crash" in html
    assert "src=\"http" not in html and "href=\"http" not in html


# ---- movies ----


def test_a_movie_without_ffmpeg_names_what_to_install(crash, tmp_path):
    movie = tmp_path / "m.gif"
    environment = {**os.environ, "PATH": str(tmp_path)}
    outcome = subprocess.run(
        [BINARY, "view", crash, "--at", "10s", "--to", "10.1s", "--movie", movie],
        capture_output=True, text=True, env=environment, timeout=120)
    assert outcome.returncode == 2
    assert outcome.stderr.splitlines() == [
        "gregor view: the program ffmpeg is missing: apt-get install ffmpeg"]
    assert not movie.exists()


def test_a_movie_has_a_frame_for_each_instant(crash, tmp_path):
    # An encoder that keeps what it is given.
    encoder = tmp_path / "ffmpeg"
    encoder.write_text('#!/bin/sh\nfor last; do :; done\nexec /bin/cat > "$last"\n')
    encoder.chmod(0o755)
    movie = tmp_path / "frames.raw"
    outcome = subprocess.run(
        [BINARY, "view", crash, "--at", "10s", "--to", "10.1s", "--speed", "0.3", "--size",
         "400x300", "--movie", movie],
        capture_output=True, text=True, env={**os.environ, "PATH": str(tmp_path)}, timeout=120)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    frames = movie.read_bytes()
    size = 400 * 300 * 4
    assert len(frames) == 11 * size  # 0.1 s at 0.3 s a second and 30 frames a second
    assert frames[:size] != frames[-size:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ffmpeg", "frames.raw"]


# ---- the window ----


@pytest.fixture
def display():
    for program in ("Xvfb", "xdotool", "xwd"):
        assert shutil.which(program), f"{program} is missing: ./gregor test installs it"
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as lines:
        name = ":" + lines.readline().strip()
    yield name
    server.terminate()
    server.wait()


class Window:
    """A running visualizer on a display, and the hands of its user."""

    def __init__(self, display, *arguments, folder=None):
        self.environment = {**os.environ, "DISPLAY": display}
        self.process = subprocess.Popen([BINARY, "view", *map(str, arguments)],
                                        env=self.environment, stderr=subprocess.PIPE, text=True,
                                        cwd=folder)
        self.id = self.run("xdotool", "search", "--sync", "--name", "^Gregor$").split()[0]

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              check=True, timeout=60).stdout

    def do(self, *words):
        self.run("xdotool", *map(str, words))
        time.sleep(0.7)  # some frames of a software OpenGL

    def picture(self):
        dump = subprocess.run(["xwd", "-silent", "-id", self.id], env=self.environment,
                              capture_output=True, check=True, timeout=60).stdout
        return pixels_of_xwd(dump)

    def settled(self):
        """The picture, when it does not change any more."""
        before = None
        for _ in range(40):
            now = self.picture()
            if now == before:
                return now
            before = now
            time.sleep(0.25)
        raise AssertionError("the window never stands still")


def difference(a, b):
    """Mean difference of all channels, and the share of those that differ by more than 48."""
    assert a[:2] == b[:2]
    total = large = count = 0
    for one, other in zip(a[2][::3], b[2][::3]):
        for x, y in zip(one, other):
            by = abs(x - y)
            total += by
            large += by > 48
        count += len(one)
    return total / count, large / count


def test_the_window_shows_the_picture_and_follows_keys_and_mouse(crash, display, tmp_path):
    picture = tmp_path / "same.png"
    assert gregor("view", crash, "--at", "20.5s", "--screenshot", picture).returncode == 0
    window = Window(display, crash, "--at", "20.5s")
    try:
        window.do("mousemove", 1599, 999)
        shown = window.settled()
        mean, large = difference(shown, pixels_of_png(picture.read_bytes()))
        assert mean < 2.0 and large < 0.01, (mean, large)

        window.do("mousemove", 600, 145, "click", 1)  # the title of a partition
        selected = window.settled()
        assert difference(shown, selected)[1] > 0.001
        window.do("key", "Escape")
        window.do("mousemove", 900, 900, "mousedown", 1, "mousemove", 1100, 900, "mouseup", 1)
        scrubbed = window.settled()
        assert difference(shown, scrubbed)[1] > 0.001
        window.do("key", "space")
        playing = window.picture()
        time.sleep(1)
        assert window.picture() != playing
        window.do("key", "space")
        window.do("key", "ctrl+q")
        assert window.process.wait(timeout=20) == 0
    finally:
        window.process.kill()
        window.process.stderr.close()


@pytest.mark.parametrize("resources", ["fixed", "simgrid"])
def test_a_fault_is_injected_in_the_window_and_the_branch_can_be_kept(
        resources, display, tmp_path):
    short = LEADER_CRASH.with_name("leader_crash_short.json")
    window = Window(display, short, "--resources", resources, "--at", "1s", folder=tmp_path)
    try:
        window.do("mousemove", 1599, 999)
        before = window.settled()
        window.do("key", "i")
        window.do("key", "1")  # a crash
        assert difference(before, window.settled())[1] > 0.005
        window.do("key", "Tab")  # of the next broker
        window.do("key", "Return")
        time.sleep(2)  # runs beside the window
        branched = window.settled()
        assert difference(before, branched)[1] > 0.001
        for choice in ("5", "6"):  # the scenario, the recording
            window.do("key", "e")
            window.do("key", choice)
            window.settled()
        window.do("key", "ctrl+q")
        assert window.process.wait(timeout=20) == 0
    finally:
        window.process.kill()
        window.process.stderr.close()
    scenario = tmp_path / "leader_crash_short.branch.json"
    line = json.loads(scenario.read_text())["script"][-1]
    assert line == {"at": "1.001s", "do": {"node": {"act": "crash", "id": 2}}, "for": "10s"}
    # Whoever gets the file gets the same run.
    (recording,) = tmp_path.glob("*.gregor")
    verified = gregor("verify", recording)
    assert verified.returncode == 0, verified.stderr
    again = gregor("run", scenario, "--resources", resources, "--json", "-")
    assert json.loads(again.stdout)["hash"] in verified.stdout
