#!/bin/sh
# Put packages that cannot share a folder with .venv itself into folders beside it: the previous
# major of the official Python SDK, which carries the name of the newest one, into .venv/sdk6, and
# an S3 service to test against, which needs an older package than the tests, into .venv/moto. Does
# nothing for a folder that already holds what its lock names.
set -eu
cd "$(dirname "$0")/.."
for name in sdk6 moto; do
    wanted=requirements/$name.txt
    folder=.venv/$name
    if cmp -s "$wanted" "$folder/.installed"; then
        continue
    fi
    echo "Installing $wanted into $folder"
    rm -rf "$folder"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
        --require-hashes --only-binary :all: --target "$folder" --requirement "$wanted"
    cp "$wanted" "$folder/.installed"
done
