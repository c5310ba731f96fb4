#!/bin/sh
# Put the previous major of the official Python SDK into .venv/sdk6, beside the newest one in
# .venv itself: both carry the same package name, so they cannot share a folder. Does nothing when
# the folder already holds what requirements/sdk6.txt names.
set -eu
cd "$(dirname "$0")/.."
wanted=requirements/sdk6.txt
folder=.venv/sdk6
if cmp -s "$wanted" "$folder/.installed"; then
    exit 0
fi
echo "Installing the previous major of the official SDK into $folder"
rm -rf "$folder"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: --target "$folder" --requirement "$wanted"
cp "$wanted" "$folder/.installed"
