"""The rules of the house that a machine can check.

Each test collects every place that breaks its rule and fails with one line for each:
`file:line: what is wrong`. Rules have no list of exceptions; a marker on the line itself
(`// lookup only`) is the one way to state that a place was thought about.
"""

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOP_LEVEL = set(
    "engine model scenarios visualizer python notebooks tests docs CMakeLists.txt pyproject.toml "
    "README.md LICENSE CHANGELOG.md CONTRIBUTING.md gregor".split()
)
CPP_LINES, HEADER_LINES, FUNCTION_LINES = 600, 250, 70


@cache
def files() -> list[str]:
    """Everything that git tracks or would track, without what was deleted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file()})


def sources(*folders: str) -> list[str]:
    return [f for f in files() if f.endswith((".h", ".cpp")) and f.split("/")[0] in folders]


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


@cache
def lines(name: str) -> list[str]:
    return text(name).splitlines()


@cache
def code(name: str) -> list[str]:
    """The lines of a C++ file with comments and the contents of literals blanked out."""
    token = re.compile(
        r'R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|//[^\n]*|/\*.*?\*/'
        r'|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL,
    )
    include = re.compile(r'\s*#\s*include\s*"[^"\n]*"')

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    def quoted_include(match: re.Match) -> bool:
        start = match.string.rfind("\n", 0, match.start()) + 1
        return include.match(match.string, start, match.end()) is not None

    source = text(name)
    return token.sub(lambda m: m.group() if quoted_include(m) else blank(m), source).splitlines()


def includes(name: str) -> list[tuple[int, str]]:
    found = []
    for number, line in enumerate(code(name), 1):
        if match := re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line):
            found.append((number, match.group(1)))
    return found


def report(problems: list[str]) -> None:
    if problems:
        pytest.fail("\n" + "\n".join(problems), pytrace=False)


# ---- which file may include which ----

ENGINE_FOR_PROTOCOL = {f"engine/{n}.h" for n in ("process", "effects", "page_cache", "time",
                                                  "random", "check")}
# Names without behaviour, which these headers are made of.
ENGINE_FOR_PROTOCOL |= {"engine/id.h", "engine/hash.h"}

BELOW_THE_LOG = {"log"}
BESIDE_EACH_OTHER = {"replication", "compaction", "groups", "transactions", "controller"}
PARTS_SEEN_BY = {
    "log": set(),
    **{part: BELOW_THE_LOG for part in BESIDE_EACH_OTHER},
    "groups": BELOW_THE_LOG | {"assignors"},
    "broker": BELOW_THE_LOG | BESIDE_EACH_OTHER,
    "assignors": set(),
    "client": set(),
    "producer": {"client"},
    "consumer": {"client", "assignors"},
}


def part_of_model(name: str) -> str:
    """'log' for model/log/segment.h, '' for model/types.h."""
    pieces = name.split("/")
    return pieces[1] if len(pieces) > 2 else ""


def wrong_include(name: str, target: str) -> str | None:
    """Why `name` may not include `target`, or None."""
    folder, target_folder = name.split("/")[0], target.split("/")[0]
    if target.startswith(("simgrid/", "xbt/")) or target in ("simgrid.h", "smpi.h"):
        if name != "engine/simgrid_resources.cpp":
            return "only engine/simgrid_resources.cpp includes SimGrid"
    if target_folder in ("docs", "scenarios"):
        return "scenarios and docs are data"
    if folder == "engine" and target_folder in ("model", "visualizer", "python", "tests"):
        return "the engine knows nothing of Kafka"
    if folder == "model":
        return wrong_include_in_model(name, target)
    if folder in ("visualizer", "python") and target_folder in ("engine", "model"):
        if not target.startswith("model/lab/") and target != "engine/trace.h":
            return f"{folder} sees model/lab/ and engine/trace.h"
    return None


def wrong_include_in_model(name: str, target: str) -> str | None:
    part, target_folder = part_of_model(name), target.split("/")[0]
    if target_folder in ("visualizer", "python", "tests"):
        return f"the model knows nothing of {target_folder}"
    if part == "lab":
        return None
    if target_folder == "engine" and target not in ENGINE_FOR_PROTOCOL:
        return "protocol parts see process, effects, page cache, time, random and check of the engine"
    if target_folder != "model":
        return None
    target_part = part_of_model(target)
    if target_part in ("", part):
        return None
    if part == "":
        return f"what stands directly in model/ sees no part, found {target_part}"
    if target_part not in PARTS_SEEN_BY.get(part, set()):
        return f"{part} may not see {target_part}; nodes talk through model/message.h"
    return None


def test_includes_follow_the_direction():
    problems = []
    for name in sources("engine", "model", "visualizer", "python", "tests"):
        for number, target in includes(name):
            if reason := wrong_include(name, target):
                problems.append(f"{name}:{number}: includes {target}: {reason}")
    report(problems)


def test_includes_have_no_cycle():
    graph = {
        name: [target for _, target in includes(name)]
        for name in sources("engine", "model", "visualizer", "python")
        if name.endswith(".h")
    }
    problems, done = [], set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            problems.append(" -> ".join(path[path.index(name):] + [name]))
        elif name in graph and name not in done:
            for target in graph[name]:
                visit(target, path + [name])
            done.add(name)

    for name in graph:
        visit(name, [])
    report(problems)


def test_includes_are_written_from_the_root():
    """`#include "engine/time.h"`, never relative to the including file."""
    report([
        f"{name}:{number}: includes {target}: write the path from the repository's root"
        for name in sources("engine", "model", "visualizer", "python", "tests")
        for number, target in includes(name)
        if target.startswith(".")
        or ("/" not in target and (ROOT / name).with_name(target).is_file())
    ])


def test_no_folder_is_a_drawer():
    report([
        f"{name}: no common/, utils/ or helpers/: a function lives with the thing it is about"
        for name in files()
        if not name.startswith("tests/vectors/")  # their names are their kinds
        if set(name.split("/")[:-1]) & {"common", "utils", "util", "helpers", "misc"}
        or Path(name).stem in ("common", "utils", "util", "helpers", "misc")
    ])


# ---- sizes ----


def test_files_are_within_their_limits():
    problems = []
    for name in sources("engine", "model", "visualizer", "python", "tests"):
        limit = HEADER_LINES if name.endswith(".h") else CPP_LINES
        count = len(lines(name))
        if count > limit:
            problems.append(f"{name}: {count} lines, at most {limit}: split it by concept")
    report(problems)


def test_functions_are_within_their_limit():
    """Only a body opens with a brace alone on its line (clang-format sees to that); it closes at
    the same indentation."""
    problems = []
    for name in sources("engine", "model", "visualizer", "python", "tests"):
        body = code(name)
        opened: dict[int, int] = {}
        for number, line in enumerate(body, 1):
            stripped = line.strip()
            indent = len(line) - len(line.lstrip())
            if stripped == "{":
                opened[indent] = number
            elif stripped == "}" and indent in opened:
                length = number - opened.pop(indent) + 1
                if length > FUNCTION_LINES:
                    first = number - length + 1
                    problems.append(
                        f"{name}:{first}: a function of {length} lines, at most {FUNCTION_LINES}"
                    )
    report(problems)


# ---- what a deterministic simulation cannot contain ----

IN_ENGINE_AND_MODEL = [
    (r"std::unordered_", "use an ordered container, or say `// lookup only`", "lookup only"),
    (r"\bstd::j?thread\b|\bstd::async\b|\bpthread_", "no threads: a step runs to completion", None),
    (r"\bstd::(?:\w+_)?mutex\b|\bstd::condition_variable", "no locks: there are no threads", None),
    (r"\b(?:s?rand|rand_r|random|drand48)\s*\(\s*\)|\bsrand\s*\(", "use engine/random.h", None),
    (r"\bstd::(?:random_device|mt19937|minstd_rand|default_random_engine)",
     "use engine/random.h", None),
    (r"\bstd::\w+_distribution\b", "library distributions differ: use engine/random.h", None),
    (r"\bstd::(?:shuffle|sample)\b", "library shuffles differ: use engine/random.h", None),
    (r"\bsetlocale\b|\bstd::locale\b", "no locale", None),
    (r"#\s*pragma\s+(?:GCC\s+optimize|STDC)", "no loosened arithmetic", None),
]
OUTSIDE_THE_EDGE = [  # not for model/lab/cli, gregor_main and the benchmarks: they meet the machine
    (r"\b(?:std::)?getenv\s*\(|\bsecure_getenv\b", "no environment", None),
    (r"_clock::now\b|\btime\s*\(\s*(?:0|NULL|nullptr|&)|\bgettimeofday\b|\bclock_gettime\b",
     "time is an argument", None),
]
FLOATING = (r"\b(?:float|double)\b", "times and sizes are integers, or say `// as Kafka rounds`",
            "as Kafka rounds")
INPUT_OUTPUT = set("iostream fstream ostream istream cstdio stdio.h filesystem unistd.h".split())


def at_the_edge(name: str) -> bool:
    return name.startswith(("model/lab/cli/", "model/lab/bench", "model/lab/gregor_main."))


def may_use_floating_point(name: str) -> bool:
    engine = re.match(r"engine/(\w*resources\w*|random)\.", name)
    return name.startswith("model/lab/") or engine is not None


def may_do_input_output(name: str) -> bool:
    engine = re.match(r"engine/(trace|recording)\w*\.", name)
    return name.startswith("model/lab/") or engine is not None


def test_nothing_in_engine_and_model_varies_between_runs():
    problems = []
    for name in sources("engine", "model"):
        banned = IN_ENGINE_AND_MODEL + ([] if at_the_edge(name) else OUTSIDE_THE_EDGE)
        for number, line in enumerate(code(name), 1):
            for pattern, reason, marker in banned:
                if re.search(pattern, line) and not (marker and marker in lines(name)[number - 1]):
                    problems.append(f"{name}:{number}: {line.strip()}: {reason}")
    report(problems)


def test_floating_point_stays_at_the_edges():
    pattern, reason, marker = FLOATING
    report([
        f"{name}:{number}: {line.strip()}: {reason}"
        for name in sources("engine", "model") if not may_use_floating_point(name)
        for number, line in enumerate(code(name), 1)
        if re.search(pattern, line) and marker not in lines(name)[number - 1]
    ])


def test_engine_and_model_do_no_input_or_output():
    report([
        f"{name}:{number}: includes <{target}>: input and output are the lab's"
        for name in sources("engine", "model") if not may_do_input_output(name)
        for number, target in includes(name) if target in INPUT_OUTPUT
    ])


def test_the_build_does_not_loosen_arithmetic():
    report([
        f"{name}:{number}: {line.strip()}: results would depend on the machine or the compiler"
        for name in files() if name.endswith(("CMakeLists.txt", ".cmake"))
        for number, line in enumerate(lines(name), 1)
        if re.search(r"-ffast-math|-Ofast|-march=native|-funsafe", line)
    ])


# ---- tests and scenarios ----


def test_every_cpp_test_asserts_something():
    report([
        f"{name}: no CHECK or REQUIRE"
        for name in sources("tests")
        if name.endswith("_test.cpp") and not re.search(r"\b(CHECK|REQUIRE)", text(name))
    ])


def test_every_cpp_test_is_found_by_the_build():
    """Test cases stand in files named *_test.cpp, or CTest does not know their folder."""
    report([
        f"{name}: holds a TEST_CASE but is not named *_test.cpp"
        for name in sources("tests")
        if "TEST_CASE" in "\n".join(code(name)) and not name.endswith("_test.cpp")
    ])


def scenario_files() -> list[str]:
    return [f for f in files() if re.fullmatch(r"scenarios/[^/]+/[^/]+\.json", f)]


def wrong_in_scenario(name: str) -> list[str]:
    try:
        scenario = json.loads(text(name))
    except ValueError as error:
        return [f"not JSON: {error}"]
    problems = [
        f"`{key}` is missing or empty"
        for key in ("id", "title", "teaches", "doc", "legs") if not scenario.get(key)
    ]
    stem = Path(name).stem
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", stem):
        problems.append("the file's name is not snake_case")
    if scenario.get("id") != stem.replace("_", "-"):
        problems.append(f"found id {scenario.get('id')!r}, expected {stem.replace('_', '-')!r}")
    legs = scenario.get("legs") or []
    names = [leg.get("name") for leg in legs]
    if len(set(names)) != len(names) or None in names:
        problems.append("each leg has a name of its own")
    problems += [
        f"leg {leg.get('name')!r} expects nothing" for leg in legs if not leg.get("expect")
    ]
    return problems


def test_every_scenario_is_a_lesson():
    report([f"{name}: {wrong}" for name in scenario_files() for wrong in wrong_in_scenario(name)])


def test_scenario_ids_are_unique():
    seen: dict[str, str] = {}
    problems = []
    for name in scenario_files():
        stem = Path(name).stem
        if stem in seen:
            problems.append(f"{name}: {seen[stem]} has the same id")
        seen[stem] = name
    report(problems)


# ---- the repository ----


def test_the_top_level_stays_as_it_is():
    report([
        f"{entry}: not one of the top-level entries"
        for entry in sorted({name.split("/")[0] for name in files()})
        if entry not in TOP_LEVEL and not entry.startswith(".")
    ])


def test_no_machine_is_named():
    """No absolute paths of one machine, no addresses of package registries."""
    # Written so that this file does not contain what it looks for.
    folders = "|".join(("wo" "rk", "ro" "ot", "fa" "rm", "home/[a-z]+"))
    paths = rf"(?<![\w.])/(?:{folders})(?:/|\b)|\.lib" "rary/"
    hosts = r"https?://\S*(?:%s)" % "|".join(
        ("py" "pi", "pythonho" "sted", "regis" "try", "crat" "es", "mav" "en", "deb" "ian\\.org")
    )
    pattern = re.compile(f"{paths}|{hosts}")
    problems = []
    for name in files():
        if name.startswith("tests/vectors/") or b"\0" in (ROOT / name).read_bytes()[:4096]:
            continue
        for number, line in enumerate(lines(name), 1):
            if match := pattern.search(line):
                problems.append(f"{name}:{number}: {match.group()}")
    report(problems)


def test_links_in_documents_resolve():
    problems = []
    for name in files():
        if not name.endswith(".md") or name.startswith("tests/"):
            continue
        for number, line in enumerate(lines(name), 1):
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", line):
                if not ((ROOT / name).parent / target).exists():
                    problems.append(f"{name}:{number}: links to {target}, which does not exist")
    report(problems)


def test_the_glossary_names_what_exists():
    """Each row: Kafka's word, identifiers, the file that declares them, a note."""
    problems = []
    name = "docs/glossary.md"
    for number, line in enumerate(lines(name) if name in files() else [], 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) < 3 or not cells[2].startswith("`"):
            continue
        target = cells[2].strip("`")
        declared = text(target) if target in files() else ""
        for identifier in re.findall(r"`(\w+)`", cells[1]):
            if not re.search(rf"\b{identifier}\b", declared):
                problems.append(f"{name}:{number}: {identifier} is not in {target}")
    report(problems)


def test_text_files_end_cleanly():
    problems = []
    for name in files():
        if not name.endswith((".h", ".cpp", ".py", ".md", ".txt", ".toml", ".sh")):
            continue
        if name.startswith("tests/vectors/"):
            continue
        if text(name) and not text(name).endswith("\n"):
            problems.append(f"{name}: no newline at the end")
        if not name.endswith(".md"):
            problems += [
                f"{name}:{number}: spaces at the end of the line"
                for number, line in enumerate(lines(name), 1) if line != line.rstrip()
            ]
    report(problems)


def test_scripts_can_be_run():
    report([
        f"{name}: begins with #! but is not executable"
        for name in files() if text(name).startswith("#!") and not os.access(ROOT / name, os.X_OK)
    ])


def test_cpp_is_formatted():
    if shutil.which("clang-format") is None:
        pytest.fail("clang-format is missing: apt-get install clang-format", pytrace=False)
    names = sources("engine", "model", "visualizer", "python", "tests")
    if not names:
        return
    outcome = subprocess.run(
        ["clang-format", "--dry-run", "-Werror", "--style=file", *names],
        cwd=ROOT, capture_output=True, text=True,
    )
    if outcome.returncode:
        errors = [line for line in outcome.stderr.splitlines() if ": error:" in line]
        wrong = sorted({line.split(":")[0] for line in errors})
        report([f"{name}: run clang-format -i {name}" for name in wrong] or [outcome.stderr])
