#!/bin/sh
# Writes the seed corpora of all targets from the files of this repository.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/policy corpus/rule corpus/template corpus/events corpus/yaml

cp ../tests/data/events/*.* corpus/events/
find ../tests/data/templates -name '*.yaml' -o -name '*.json' | while read -r file; do
  cp "$file" "corpus/template/$(echo "${file#../tests/data/templates/}" | tr / -)"
done

for file in ../policies/*/*.yaml faulty.yaml; do
  # Comments alone on a line go, so that no seed is longer than the runs' `-max_len`.
  grep -v '^ *# ' "$file" > "corpus/policy/seed-$(basename "$file")"
done

# Policies of the examples inside rules: what stands below each `policy:`, with a version where it has none.
for file in ../rules/*.yaml; do
  awk -v name="corpus/policy/seed-$(basename "$file" .yaml)" '
    function finish() {
      if (text != "") {
        if (text !~ /(^|\n)version:/) text = "version: 1\n" text
        out = name "-" ++count ".yaml"; printf "%s", text > out; close(out)
      }
      text = ""; inside = 0
    }
    { match($0, /^ */); indent = RLENGTH }
    inside && NF && indent <= key { finish() }
    inside { if (!depth && NF) depth = indent; text = text substr($0, depth + 1) "\n" }
    /^ +(- )?policy:( [|][-+]?)?$/ { finish(); inside = 1; depth = 0; key = index($0, "policy:") - 1 }
    END { finish() }
  ' "$file"
done

# Rules without their prose and with the shortest examples.
for file in ../rules/*.yaml ../tests/fixtures/rules/*.yaml; do
  [ -e "$file" ] || continue
  awk '
    /^(rationale|remediation|references|frameworks|examples):/ { skip = 1; next }
    /^[^ #]/ { skip = 0 }
    !skip && !/^#/ { print }
    END {
      print "rationale: why it matters is said here"
      print "remediation: what to do is said here"
      print "examples:"
      print "  bad: [{ name: a, policy: {}, findings: [{ at: \"\", message: m }] }]"
      print "  good: [{ name: b, policy: {} }]"
      print "  lookalike: [{ name: c, policy: {} }]"
    }
  ' "$file" > "corpus/rule/seed-$(basename "$file")"
done

cp corpus/policy/seed-* corpus/yaml/
