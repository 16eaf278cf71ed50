#!/bin/sh
# engine-down.sh DIR stop|kill|dead|remove - end the engine that engine-up.sh started below DIR, by its pid files.
#
#   stop    ask it (TERM): it stops its containers and writes everything down
#   kill    kill -9, as a crash or a power cut would
#   dead    nothing is killed that still answers to its pid file: fail if it runs; else clear what a dead one left
#   remove  kill, then delete DIR with the data root
# After each of them its containerd, shims, containers and mounts are gone too.
set -eu
dir=${1:?usage: engine-down.sh DIR stop|kill|dead|remove}
how=${2:?usage: engine-down.sh DIR stop|kill|dead|remove}
[ -d "$dir" ] || exit 0

# Pids are reused and a killed process leaves its pid file: only one whose command line names DIR is ours. A zombie is dead.
runs() {
  ! grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null && tr '\0' '\n' 2> /dev/null < "/proc/$1/cmdline" | grep -qF -e "$dir/"
}
end() {
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  if runs "$pid"; then
    kill "-$2" "$pid" 2> /dev/null || true
    tries=0
    while runs "$pid"; do
      tries=$((tries + 1))
      [ $tries -ne 300 ] || kill -KILL "$pid" 2> /dev/null || true
      [ $tries -lt 350 ] || { echo "engine-down: process $pid does not end" >&2; exit 1; }
      sleep 0.1
    done
  fi
  rm -f "$1"
}

case $how in
  stop) end "$dir/docker.pid" TERM ;;
  kill | remove) end "$dir/docker.pid" KILL ;;
  dead)
    if [ -s "$dir/docker.pid" ] && runs "$(cat "$dir/docker.pid")"; then
      echo "engine-down: an engine still runs in $dir" >&2
      exit 1
    fi
    rm -f "$dir/docker.pid"
    ;;
  *) echo "engine-down: what is '$how'?" >&2; exit 2 ;;
esac
end "$dir/exec/containerd/containerd.pid" KILL
end "$dir/containerd.pid" KILL
rm -f "$dir/docker.sock"

# Containers outlive the engine with their shims: the shim's command line names our containerd's socket.
for process in /proc/[0-9]*; do
  if tr '\0' ' ' 2> /dev/null < "$process/cmdline" | grep -q "^[^ ]*containerd-shim.* $dir/"; then
    shim=${process#/proc/}
    for child in $(cat "$process/task/$shim/children" 2> /dev/null); do kill -KILL "$child" 2> /dev/null || true; done
    kill -KILL "$shim" 2> /dev/null || true
  fi
done

mounts() { awk -v below="$dir/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo; }
mounts | sort -r | while read -r mount; do
  umount "$mount" 2> /dev/null || umount -l "$mount" 2> /dev/null || true
done

[ "$how" = remove ] || exit 0
if [ -n "$(mounts)" ]; then
  echo "engine-down: something below $dir is still mounted; nothing deleted" >&2
  exit 1
fi
rm -rf --one-file-system "$dir"
