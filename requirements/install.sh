#!/bin/sh
# Install everything to build, run and test Callout into .venv, from the lock files: Python
# packages and Node from PyPI, the CDK command line from npm.
# make calls this when a lock file changes. Prints one line per step, and one for a failure.
set -eu
here=$(dirname "$0")
venv=.venv
log=$venv/install.log

fail() {
    echo "callout: $1" >&2
    exit 1
}

step() { # step "name" "what to do if it fails" command...
    name=$1 advice=$2
    shift 2
    printf '  %s ... ' "$name"
    started=$(date +%s)
    if "$@" >>"$log" 2>&1; then
        echo "$(($(date +%s) - started)) s"
    else
        echo failed
        fail "failed: $name. $advice (details: $log)"
    fi
}

# Prefer the Python version of the Lambda runtime: the asset then includes bytecode.
python=
for candidate in ${PYTHON:-python3.13 python3.14 python3.12 python3.11 python3 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or later not found: install it, or run PYTHON=/path/to/python3 make ..."

echo "Setting up in $venv with $("$python" --version)"
rm -f "$venv/.ready"
mkdir -p "$venv"
: >"$log"

# uv and npm do not read pip's configuration: pass them pip's index and certificates, and let
# them trust the certificates of this machine.
index=$("$python" -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
certificates=${PIP_CERT:-$("$python" -m pip config get global.cert 2>/dev/null || true)}
if [ -n "$certificates" ]; then
    export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"
fi
export NODE_USE_SYSTEM_CA="${NODE_USE_SYSTEM_CA:-1}"

network="Check that the network and the PyPI and npm registries are reachable."
step "virtual environment" "On Debian and Ubuntu: apt install python3-venv" \
    "$python" -m venv "$venv"
step "uv" "$network" \
    "$venv/bin/python" -m pip install --quiet --require-hashes --requirement "$here/uv.txt"
step "Python packages" "$network" \
    "$venv/bin/uv" pip install --system-certs --python "$venv/bin/python" --require-hashes --compile-bytecode \
    --requirement "$here/dev.txt"
step "CDK command line" "$network" \
    env PATH="$PWD/$venv/bin:$PATH" npm ci --prefix "$here" --ignore-scripts
for tool in cdk asl-validator; do
    ln -sf "../../$here/node_modules/.bin/$tool" "$venv/bin/$tool"
done
# Works in any folder: -P keeps the current folder out of the import path.
cat >"$venv/bin/callout" <<'LAUNCHER'
#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONPATH=$root exec "$root/.venv/bin/python" -P -m callout "$@"
LAUNCHER
chmod +x "$venv/bin/callout"
touch "$venv/.ready"
