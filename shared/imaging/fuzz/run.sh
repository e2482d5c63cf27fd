#!/usr/bin/env bash
# Fuzzes the imaging crate: each target for SECONDS, one after another, at low priority.
#
#   run.sh SECONDS [TARGET…]     targets: see Cargo.toml; all of them where none is named
#
# Needs a C++ compiler besides what the build needs, and no nightly compiler: coverage comes from
# flags that the stable one has. Everything it makes lies in target/fuzz. Exits 1 after a finding.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
seconds=${1:?seconds for each target}
shift
work=${JAGA_FUZZ_DIR:-$root/target/fuzz}
mkdir -p "$work"

if [ "$#" -eq 0 ]; then
    set -- look evidence verify strip_jpeg strip_png strip_webp strip_gif strip_heif strip_tiff analyse
fi

# What cargo-fuzz sets, less the address sanitizer: the crate has no unsafe code of its own.
flags=(-Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
    -Ccodegen-units=1 -Cforce-frame-pointers=yes --cfg fuzzing)
host=$(rustc -vV | sed -n 's/^host: //p')
bins=()
for target in "$@"; do
    bins+=(--bin "$target")
done
CARGO_TARGET_DIR="$work/build" RUSTC_WRAPPER="$here/rustc.sh" RUSTFLAGS="${flags[*]}" nice -n 10 cargo build --quiet \
    --release --target "$host" --manifest-path "$here/Cargo.toml" "${bins[@]}"
# What makes the seeds is no target: built as anything else, for the flags want libFuzzer beside them.
CARGO_TARGET_DIR="$work/plain" nice -n 10 cargo build --quiet \
    --release --manifest-path "$here/Cargo.toml" --bin seeds
photos=()
for folder in "${JAGA_SHARED:-$root/../shared}"/photos/{public,hostile}; do
    if [ -d "$folder" ]; then
        photos+=("$folder")
    fi
done
"$work/plain/release/seeds" "$work/seeds" "${photos[@]}"

failed=()
for target in "$@"; do
    case $target in
    strip_*) seeds=("$work/seeds/${target#strip_}") ;;
    *) seeds=("$work/seeds"/*) ;;
    esac
    mkdir -p "$work/corpus/$target" "$work/findings/$target" "${seeds[@]}"
    log="$work/$target.log"
    echo "$target: ${seconds} s (log: $log)"
    # One input may take 5 s and 512 MB at most, and no single allocation may pass 192 MB. The AV1 decoder leaves
    # up to 50 KB behind with each damaged picture: nothing for a child that lives for one photo, but a run has
    # millions, so these targets start afresh each minute.
    most=512
    slice=$seconds
    case $target in
    strip_heif | analyse)
        most=4096
        slice=60
        ;;
    esac
    executions=0
    for ((left = seconds; left > 0; left -= slice)); do
        if ! nice -n 10 "$work/build/$host/release/$target" "$work/corpus/$target" "${seeds[@]}" \
            -max_total_time="$((left < slice ? left : slice))" -max_len=65536 -timeout=5 -rss_limit_mb=$most \
            -malloc_limit_mb=192 -print_final_stats=1 -dict="$here/words.dict" \
            -artifact_prefix="$work/findings/$target/" >"$log" 2>&1; then
            grep -m 3 -E 'panicked|ERROR|SUMMARY' "$log" || tail -n 3 "$log"
            failed+=("$target")
            break
        fi
        ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        executions=$((executions + ran))
    done
    echo "  executions: $executions"
    sed -n 's/^stat::peak_rss_mb: */  peak memory, MB: /p' "$log"
done
if [ "${#failed[@]}" -gt 0 ]; then
    echo "findings: ${failed[*]} (inputs in $work/findings)"
    exit 1
fi
