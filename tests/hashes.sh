#!/usr/bin/env bash
# hashes.sh BUILD BUILD...: runs every scenario on `fixed` with the gregor of each build/BUILD and
# compares the final hashes of all legs. A run may not depend on compiler or optimisation.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

hashes_of() { # BUILD SCENARIO: one line a leg: name and hash; nothing if the run gave none
    "build/$1/gregor" run "$2" --resources fixed --json - 2>/dev/null </dev/null |
        python3 -c 'import json, sys
for leg in json.load(sys.stdin)["legs"]: print(leg["name"], leg["hash"])' 2>/dev/null
}

passed=0 failed=0
for scenario in scenarios/*/*.json; do
    [[ -e $scenario ]] || continue
    expected=$(hashes_of "$1" "$scenario")
    same=yes
    [[ -n $expected ]] || { same=no; echo "$scenario: build/$1 gives no hash"; }
    for build in "${@:2}"; do
        found=$(hashes_of "$build" "$scenario")
        [[ $found == "$expected" ]] && continue
        same=no
        echo "$scenario: build/$1 and build/$build differ"
        diff <(echo "$expected") <(echo "$found")
    done
    if [[ $same == yes ]]; then ((passed += 1)); else ((failed += 1)); fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
