# What the scripts of this folder share; sourced, never run.
#
# Exit codes: 0 the behaviour is as described, 1 it changed, 2 the experiment could not be made.

export LC_ALL=C.UTF-8 TZ="${TZ:-UTC}"

changed() { echo "CHANGED: $*" >&2; exit 1; }
cannot() { echo "NOT TRIED: $*" >&2; exit 2; }

needs() {
  local program
  for program in "$@"; do command -v "$program" >/dev/null || cannot "$program is not installed"; done
}

# Makes the temporary folder $work and removes it, with what was started, at the end.
begin() {
  if [ -n "${FINDING_WORK:-}" ]; then work=$FINDING_WORK; return; fi
  work=$(mktemp -d)
  chmod 755 "$work"
  trap 'rm -rf "$work"' EXIT
}

# debian NAME=VERSION ...: unpacks these packages of Debian 12 under $work/root. Nothing is installed in the system.
debian() {
  needs apt-get dpkg
  [ -n "${FINDING_WORK:-}" ] && return
  mkdir -p "$work/packages" "$work/root"
  (cd "$work/packages" &&
    { apt-get download "$@" >/dev/null 2>"$work/apt.log" ||
      { apt-get update >/dev/null 2>&1 && apt-get download "$@" >/dev/null 2>"$work/apt.log"; }; }) ||
    cannot "these packages are not to be had: $* ($(tail -n 1 "$work/apt.log"))"
  local package
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/root"; done
  rm -r "$work/packages"
}

# OpenVPN of Debian 12 with the libraries that a small system lacks.
openvpn_packages=(openvpn=2.6.14-0+deb12u2 libpkcs11-helper1=1.29.0-1 liblzo2-2=2.10-2 liblz4-1=1.9.4-1
  libnl-3-200=3.7.0-0.2+b1 libnl-genl-3-200=3.7.0-0.2+b1 libcap-ng0=0.8.3-1+b3)

# The programs and libraries that were unpacked come first.
use_packages() {
  export PATH="$work/root/usr/sbin:$work/root/usr/bin:$PATH"
  export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"
}

# Runs the rest of the script in a network and a process space of its own: no port, address or process is met outside, and all of it ends with it.
isolate() {
  if [ -n "${FINDING_WORK:-}" ]; then ip link set lo up; return; fi
  [ "$(id -u)" = 0 ] || cannot "root is needed (network namespace, tun device)"
  [ -c /dev/net/tun ] || cannot "/dev/net/tun is missing"
  needs unshare ip
  local code=0
  FINDING_WORK=$work timeout --kill-after=5 100 unshare --net --pid --fork --kill-child bash "$0" || code=$?
  exit "$code"
}

# certificates NAME ...: an authority, a server certificate and one for each client name, in $work/pki.
certificates() {
  needs openssl
  mkdir -p "$work/pki"
  (
    cd "$work/pki"
    local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes) name
    openssl req -x509 "${key[@]}" -keyout ca.key -out ca.crt -subj /CN=Example-CA -days 30
    for name in server "$@"; do
      openssl req "${key[@]}" -keyout "$name.key" -out "$name.csr" -subj "/CN=$name"
      openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt"
    done
  ) >/dev/null 2>&1 || cannot "no certificates"
}

# server OPTION ...: starts an OpenVPN server and waits until it is up. $server is its process.
server() {
  openvpn --dev tun --topology subnet --server 10.80.0.0 255.255.255.0 --port 21194 --keepalive 5 60 --verb 3 \
    --ca "$work/pki/ca.crt" --cert "$work/pki/server.crt" --key "$work/pki/server.key" --dh none \
    --management "$work/management" unix "$@" >"$work/server.log" 2>&1 &
  server=$!
  wait_for "$work/server.log" 'Initialization Sequence Completed'
}

# client NAME PROTOCOL ADDRESS [OPTION ...]: connects and waits until that is done. $client is its process.
client() {
  local name=$1 protocol=$2 address=$3
  shift 3
  openvpn --client --dev tun --proto "$protocol" --remote "$address" 21194 --nobind --ifconfig-noexec --route-noexec --verb 3 \
    --ca "$work/pki/ca.crt" --cert "$work/pki/$name.crt" --key "$work/pki/$name.key" "$@" >"$work/$name.log" 2>&1 &
  client=$!
  wait_for "$work/$name.log" 'Initialization Sequence Completed'
}

# wait_for FILE TEXT [SECONDS]
wait_for() {
  local tries
  for ((tries = 0; tries < ${3:-20} * 10; tries++)); do
    grep -qsF -- "$2" "$1" && return
    sleep 0.1
  done
  cat "$1" >&2 || true
  cannot "'$2' never came in $(basename "$1")"
}
