#!/usr/bin/env bash
# Installs what the tests need, where it is missing, and runs them all.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build Gateway.sln -c Release
