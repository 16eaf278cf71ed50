#!/bin/sh
# make-images.sh [-s MB] [-e] - fill the engine at $DOCKER_HOST with a small realistic store, offline and reproducible.
#
#   -s MB   rough size of the whole set (default 4)
#   -e      the images only: no containers, no volumes, no BuildKit cache
#
#   strata/base:1                  a busybox root and one blob, imported
#   strata/runtime:1 :2            many small files and a cache file; :2 deletes the cache file and is no smaller
#   strata/app-a:1.0 1.1 1.2       one base, each its own payload; `latest` and a registry's name are 1.2
#   strata/app-b:1.0               the payload of app-a:1.0 on runtime:1: one DiffID stored twice
#   strata/fat:1                   COPY, then chmod -R: every file stored twice
#   strata/ops:1                   whiteouts, opaque folder, hard links, sparse file, odd names, setuid, empty layer
#   strata/many:1                  20 layers of one file; strata/meta:1 no layer at all; strata/void:1 one empty layer
#   strata/app-c:dev               built three times under one name: two dangling images
#   strata/bk:1 :2                 BuildKit, with a cache mount and an unused stage
#   containers                     strata-created -running -paused -stopped -volumes, -dangling (of a dangling image)
#   volumes                        strata-data, strata-unused and an anonymous one
# Environment: DOCKER - the client; one of engine 20.10 has BuildKit inside, newer ones need buildx.
set -eu
mb=4 everything=1
while getopts s:e option; do
  case $option in s) mb=$OPTARG ;; e) everything= ;; *) exit 2 ;; esac
done
: "${DOCKER_HOST:?the engine to fill}"
docker=${DOCKER:-docker}
busybox=${BUSYBOX:-/bin/busybox}
[ -x "$busybox" ] || { echo "make-images: $busybox is missing (apt-get install busybox-static)" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/make-images.XXXXXX")
trap 'rm -rf "$work"' EXIT
percent() { echo $((mb * 1024 * $1 / 100)); } # of the whole, in KiB
noise() { # SEED KIB: bytes that do not compress, the same for the same seed
  openssl enc -aes-128-ctr -pbkdf2 -iter 1 -nosalt -pass "pass:$1" < /dev/zero 2> /dev/null | head -c $(($2 * 1024))
}
tree() { # DIR SEED KIB: files of 2 KiB and 16 KiB, 64 to a folder
  mkdir -p "$1"
  noise "$2" "$3" > "$work/blob"
  (cd "$1" && mkdir lib bin && split -a 4 -b 16k "$work/blob" bin/d && head -c $(($3 * 256)) "$work/blob" | split -a 4 -b 2k - lib/m)
}
old() { find "$1" -exec touch -h -d '2024-01-02 03:04:05 UTC' {} +; } # COPY keeps times: the same DiffID every run
context() { mkdir -p "$work/$1"; cat > "$work/$1/Dockerfile"; old "$work/$1"; }
build() { # [BUILDKIT] CONTEXT ARGS
  kit=$1 from=$2; shift 2
  DOCKER_BUILDKIT=$kit "$docker" build -q --network=none "$@" "$work/$from" > /dev/null 2> "$work/error" ||
    { cat "$work/error" >&2; exit 1; }
}

root=$work/root
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/root" "$root/usr/lib" "$root/var/cache" "$root/srv" "$root/opt/conf" "$root/opt/old/deep"
cp "$busybox" "$root/bin/busybox"
for name in sh ls cat cp mv rm mkdir ln chmod chown dd touch sleep find echo true head truncate mkfifo printf; do
  ln -s busybox "$root/bin/$name"
done
printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/srv:/bin/sh\n' > "$root/etc/passwd"
for n in 1 2 3 4 5; do echo "key=$n" > "$root/opt/conf/$n.conf"; done
echo old > "$root/opt/old/a"
echo old > "$root/opt/old/deep/b"
noise base "$(percent 16)" > "$root/usr/lib/libbase.so"
old "$root"
tar -C "$root" --sort=name --owner=0 --group=0 -cf - . | "$docker" import -c 'CMD ["/bin/sh"]' - strata/base:1 > /dev/null

tree "$work/runtime/modules" runtime "$(percent 10)"
noise cache "$(percent 8)" > "$work/runtime/cache.bin"
context runtime << 'END'
FROM strata/base:1
ENV LANG=C.UTF-8
COPY modules /usr/lib/modules
COPY cache.bin /var/cache/pkg/cache.bin
LABEL org.opencontainers.image.title="runtime" maintainer="strata"
END
build 0 runtime -t strata/runtime:1
printf 'FROM strata/runtime:1\nRUN rm -rf /var/cache/pkg\n' | context runtime2
build 0 runtime2 -t strata/runtime:2

for version in 0 1 2; do
  mkdir -p "$work/app$version"
  noise "payload$version" "$(percent 6)" > "$work/app$version/payload.bin"
  context app$version << END
FROM strata/runtime:2
COPY payload.bin /payload.bin
RUN echo 1.$version > /srv/VERSION
ENTRYPOINT ["/bin/sleep"]
CMD ["1000000"]
END
  build 0 app$version -t strata/app-a:1.$version
done
"$docker" tag strata/app-a:1.2 strata/app-a:latest
"$docker" tag strata/app-a:1.2 registry.example.com:5000/team/app-a:stable
printf 'FROM strata/runtime:1\nCOPY payload.bin /payload.bin\nCMD ["/bin/sleep","1000000"]\n' | context app0
build 0 app0 -t strata/app-b:1.0

tree "$work/fat/data" fat "$(percent 7)"
printf 'FROM strata/base:1\nCOPY data /data\nRUN chmod -R o-rwx /data\nVOLUME /data/lib\n' | context fat
build 0 fat -t strata/fat:1

dangling=
for n in 1 2 3; do
  mkdir -p "$work/app-c"
  noise "c$n" "$(percent 3)" > "$work/app-c/build.bin"
  printf 'FROM strata/base:1\nRUN echo %s > /stamp\nCOPY build.bin /build.bin\nCMD ["/bin/sleep","1000000"]\n' $n | context app-c
  build 0 app-c -t strata/app-c:dev
  [ $n != 2 ] || dangling=$("$docker" inspect -f '{{.Id}}' strata/app-c:dev)
done

mkdir -p "$work/ops"
echo same > "$work/ops/same"
context ops << 'END'
FROM strata/base:1
RUN echo new > /etc/added && echo changed > /opt/conf/1.conf && chmod 600 /opt/conf/2.conf && rm /opt/conf/3.conf
RUN rm -rf /opt/old && mkdir /opt/old && echo again > /opt/old/again
RUN mkdir /ln && echo linked > /ln/a && ln /ln/a /ln/b && ln -s /nowhere /ln/dead
RUN truncate -s 8M /hole && mkfifo /fifo && chmod 4755 /bin/busybox
RUN mkdir -p "/names/ü € 日本" && echo 1 > "/names/with space" && echo 2 > "$(printf '/names/new\nline')"
COPY same /same
COPY same /same
RUN true
END
build 0 ops -t strata/ops:1
n=1
{
  echo 'FROM strata/base:1'
  mkdir -p "$work/many"
  while [ $n -le 20 ]; do echo $n > "$work/many/f$n"; echo "COPY f$n /many/f$n"; n=$((n + 1)); done
} > "$work/Dockerfile.many"
context many < "$work/Dockerfile.many"
build 0 many -t strata/many:1
printf 'FROM scratch\nLABEL only=metadata\nCMD ["/none"]\n' | context meta
build 0 meta -t strata/meta:1
tar -cf - -T /dev/null | "$docker" import - strata/void:1 > /dev/null
[ -n "$everything" ] || exit 0

mkdir -p "$work/bk"
noise bk "$(percent 6)" > "$work/bk/in.bin"
context bk << 'END'
FROM strata/base:1 AS tool
RUN echo tool > /tool && head -c 30000 /usr/lib/libbase.so > /tool.bin
FROM strata/base:1 AS build
COPY in.bin /src/in.bin
RUN --mount=type=cache,target=/root/.cache head -c 90000 /src/in.bin > /root/.cache/kept && cp /src/in.bin /src/out.bin
FROM strata/base:1
ARG V=1
COPY --from=build /src/out.bin /app/out.bin
COPY --from=tool /tool /app/tool
RUN echo "$V" > /app/version && rm -f /opt/conf/5.conf
CMD ["/bin/sleep","1000000"]
END
for version in 1 2; do build 1 bk --build-arg V=$version -t strata/bk:$version; done

"$docker" volume create --label purpose=test strata-data > /dev/null
"$docker" volume create strata-unused > /dev/null
"$docker" create --network none --name strata-created strata/app-a:1.0 > /dev/null
"$docker" run -d --network none --name strata-running --label tier=web -v strata-data:/data strata/app-b:1.0 > /dev/null
"$docker" exec strata-running /bin/sh -c \
  'head -c 50000 /usr/lib/libbase.so > /tmp/log; echo x >> /etc/passwd; rm /opt/conf/1.conf; head -c 9000 /usr/lib/libbase.so > /data/db'
"$docker" run -d --network none --name strata-paused strata/app-c:dev > /dev/null
"$docker" pause strata-paused > /dev/null
"$docker" run --network none --name strata-stopped strata/runtime:2 /bin/sh -c \
  'echo out; head -c 70000 /usr/lib/libbase.so > /root/core; exit 3' > /dev/null || [ $? = 3 ]
"$docker" run --network none --name strata-volumes strata/fat:1 /bin/sh -c 'echo v > /data/lib/v' > /dev/null
"$docker" create --network none --name strata-dangling "$dangling" > /dev/null
