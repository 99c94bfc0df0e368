#!/bin/sh
# Everything Callout needs to be built, run and tested, into .venv: Python packages
# and Node from PyPI, the CDK command line from npm, each by its lock file.
# Called by make when a lock changed; prints a line a step, and one line when a step fails.
set -eu
here=$(dirname "$0")
venv=.venv
log=$venv/install.log

fail() {
    echo "callout: $1" >&2
    exit 1
}

step() { # step "what it does" "what to do if it fails" command...
    what=$1 mend=$2
    shift 2
    printf '  %s ... ' "$what"
    began=$(date +%s)
    if "$@" >>"$log" 2>&1; then
        echo "$(($(date +%s) - began)) s"
    else
        echo failed
        fail "could not finish: $what. $mend (details: $log)"
    fi
}

# The Lambda runtime's own version first: then the functions are shipped with bytecode.
python=
for candidate in ${PYTHON:-python3.13 python3.14 python3.12 python3.11 python3 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or later is needed and was not found: install it, or name it with PYTHON=/path/to/python3 make ..."

echo "Setting up in $venv with $("$python" --version)"
rm -f "$venv/.ready"
mkdir -p "$venv"
: >"$log"

# uv and npm do not read pip's configuration: hand them the index and the certificates that
# pip was told to use, and let them trust whom this machine trusts.
index=$("$python" -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
certificates=${PIP_CERT:-$("$python" -m pip config get global.cert 2>/dev/null || true)}
if [ -n "$certificates" ]; then
    export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"
fi
export NODE_USE_SYSTEM_CA="${NODE_USE_SYSTEM_CA:-1}"

network="Is there a network, and are the registries of PyPI and npm reachable?"
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
# Runs from any folder. Unlike a plain `python -m`, -P leaves that folder out of the way.
cat >"$venv/bin/callout" <<'LAUNCHER'
#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONPATH=$root exec "$root/.venv/bin/python" -P -m callout "$@"
LAUNCHER
chmod +x "$venv/bin/callout"
touch "$venv/.ready"
