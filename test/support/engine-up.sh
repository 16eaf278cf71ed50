#!/bin/sh
# engine-up.sh DIR [ARGUMENT OF DOCKERD]... - start a private Docker Engine below DIR, or again after engine-down.sh.
#
# Everything is its own: DIR/data (data root), DIR/exec, DIR/docker.sock, DIR/docker.pid, DIR/dockerd.log and a
# containerd. No bridge, no iptables, no system service is touched. Needs root. Returns when the engine answers.
# Environment: DOCKERD, DOCKER - other binaries than dockerd and the client that belongs to it.
set -eu
dir=${1:?usage: engine-up.sh DIR}
shift
dockerd=${DOCKERD:-$(command -v dockerd || echo /usr/sbin/dockerd)}
docker=${DOCKER:-/usr/bin/docker}
sock=$dir/docker.sock

mkdir -p "$dir/data" "$dir/client"
echo "{}" > "$dir/daemon.json" # else dockerd reads the system's
"$(dirname "$0")/engine-down.sh" "$dir" dead

# dockerd would adopt a system containerd that it finds; a private one keeps images and shims apart.
containerd=
if [ -S /run/containerd/containerd.sock ]; then
  mkdir -p "$dir/exec/containerd"
  printf 'version = 2\nroot = "%s"\nstate = "%s"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "%s"\n' \
    "$dir/data/containerd/daemon" "$dir/exec/containerd" "$dir/containerd.sock" > "$dir/containerd.toml"
  setsid containerd --config "$dir/containerd.toml" > "$dir/containerd.log" 2>&1 < /dev/null &
  echo $! > "$dir/containerd.pid"
  containerd="--containerd $dir/containerd.sock"
  tries=0
  until [ -S "$dir/containerd.sock" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "engine-up: containerd does not start" >&2; tail -n 15 "$dir/containerd.log" >&2; exit 1; }
    sleep 0.1
  done
fi

# shellcheck disable=SC2086 # two words or none
setsid "$dockerd" --config-file "$dir/daemon.json" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/docker.pid" \
  -H "unix://$sock" --bridge=none --iptables=false --ip-forward=false --storage-driver=overlay2 $containerd "$@" \
  > "$dir/dockerd.log" 2>&1 < /dev/null &
child=$!

tries=0
until DOCKER_CONFIG=$dir/client "$docker" -H "unix://$sock" version > /dev/null 2>&1; do
  tries=$((tries + 1))
  if ! kill -0 $child 2> /dev/null || [ $tries -gt 600 ]; then
    echo "engine-up: the engine does not answer; the end of its log:" >&2
    tail -n 15 "$dir/dockerd.log" >&2
    exit 1
  fi
  sleep 0.1
done
