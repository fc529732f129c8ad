#!/bin/sh
# Installs the system packages that the build needs, where they are missing. Says nothing when there is nothing to do.
set -eu

# FFTW, OpenBLAS and zlib, which comes with macOS, are linked, and pkg-config tells the build where they are. Open MPI
# serves the two tools only, which are built without it where it is not found; `openmpi-bin` is mpirun.
debian_packages="pkg-config zlib1g-dev libopenblas-dev libfftw3-dev libopenmpi-dev openmpi-bin"
homebrew_formulas="pkgconf openblas fftw open-mpi"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "setup.sh: run as root, or install sudo: $*" >&2
    exit 1
  fi
}

if ! command -v swift >/dev/null 2>&1; then
  echo "setup.sh: there is no swift; install Swift 6.2 or newer from https://swift.org/install" >&2
  exit 1
fi

case "$(uname -s)" in
  Darwin)
    missing=""
    for formula in $homebrew_formulas; do
      if ! brew list --formula "$formula" >/dev/null 2>&1; then missing="$missing $formula"; fi
    done
    if [ -n "$missing" ]; then
      echo "setup.sh: install what is missing with: brew install$missing" >&2
      exit 1
    fi
    ;;
  Linux)
    if ! command -v dpkg-query >/dev/null 2>&1; then
      if ! pkg-config --exists zlib openblas fftw3 fftw3f 2>/dev/null; then
        echo "setup.sh: install the development packages of zlib, OpenBLAS, FFTW and Open MPI" >&2
        exit 1
      fi
      exit 0
    fi
    missing=""
    for package in $debian_packages; do
      status="$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)"
      # pkgconf stands in for pkg-config.
      if [ "$package" = pkg-config ] && command -v pkg-config >/dev/null 2>&1; then continue; fi
      if [ "$status" != "install ok installed" ]; then missing="$missing $package"; fi
    done
    if [ -n "$missing" ]; then
      echo "setup.sh: installing$missing" >&2
      as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
      # shellcheck disable=SC2086
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends $missing >&2
    fi
    ;;
  *)
    echo "setup.sh: this system is not known; install zlib, OpenBLAS, FFTW and Open MPI" >&2
    exit 1
    ;;
esac
