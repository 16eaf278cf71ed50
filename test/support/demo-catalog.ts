/** What stands in the demo store, as people would tell it: images on images, what runs, and what was left behind. */

/** A build step that made a layer (megabytes, files), or one that only changed settings. */
export type Step = readonly [createdBy: string, megabytes: number, files: number] | string;

export interface DemoImage {
  readonly key: string;
  /** Empty: a build that lost its tag to the next one. */
  readonly tags: readonly string[];
  readonly from?: string;
  readonly steps: readonly Step[];
  readonly ageDays: number;
  /** Pulled from a registry: it has a digest. */
  readonly pulled?: boolean;
  /** Made by the classic builder: `from` is its parent image too. */
  readonly classic?: boolean;
}

const pulled = (name: string, ageDays: number, steps: readonly Step[], from?: string): DemoImage => ({
  key: name,
  tags: [name],
  steps,
  ageDays,
  pulled: true,
  ...(from === undefined ? {} : { from }),
});

/** Layers that official images share without the shared part being an image here. */
const hidden = (key: string, steps: readonly Step[], from?: string): DemoImage => ({
  ...pulled(key, 0, steps, from),
  tags: [],
  key: `~${key}`,
});

const BASES: readonly DemoImage[] = [
  hidden('bookworm', [['# debian.sh --arch amd64 bookworm', 116.6, 8412]]),
  hidden(
    'buildpack',
    [
      ['RUN apt-get install ca-certificates curl gnupg', 24.1, 390],
      ['RUN apt-get install git mercurial openssh-client', 64.4, 3120],
      ['RUN apt-get install autoconf g++ gcc libssl-dev', 211.3, 9470],
    ],
    '~bookworm',
  ),
  pulled('debian:bookworm-slim', 34, [
    ['# debian.sh --arch amd64 bookworm-slim', 74.8, 3390],
    'CMD ["bash"]',
  ]),
  pulled('alpine:3.20', 75, [['ADD alpine-minirootfs-3.20.3-x86_64.tar.gz /', 7.8, 84], 'CMD ["/bin/sh"]']),
  pulled('alpine:3.19', 240, [['ADD alpine-minirootfs-3.19.4-x86_64.tar.gz /', 7.4, 82], 'CMD ["/bin/sh"]']),
  pulled('ubuntu:22.04', 61, [
    ['ADD file:ubuntu-jammy-oci-amd64-root.tar.gz /', 77.9, 3250],
    'CMD ["/bin/bash"]',
  ]),
  pulled('ubuntu:24.04', 61, [
    ['ADD file:ubuntu-noble-oci-amd64-root.tar.gz /', 78.1, 3410],
    'CMD ["/bin/bash"]',
  ]),
  pulled('busybox:1.36', 400, [['BusyBox 1.36.1 (glibc), Debian 12', 4.3, 410]]),
  pulled('hello-world:latest', 570, [['COPY hello /', 0.013, 1], 'CMD ["/hello"]']),
];

const RUNTIMES: readonly DemoImage[] = [
  pulled(
    'node:22-bookworm',
    20,
    [
      ['RUN groupadd --gid 1000 node', 0.009, 6],
      ['ENV NODE_VERSION=22.11.0 RUN curl -fsSLO nodejs.org', 187.2, 5104],
      ['RUN yarn 1.22.22', 5.4, 28],
      ['COPY docker-entrypoint.sh /usr/local/bin/', 0.001, 1],
      'CMD ["node"]',
    ],
    '~buildpack',
  ),
  pulled(
    'node:22-bookworm-slim',
    20,
    [
      ['RUN groupadd --gid 1000 node', 0.009, 6],
      ['ENV NODE_VERSION=22.11.0 RUN curl -fsSLO nodejs.org', 139.6, 5030],
      ['RUN yarn 1.22.22', 5.4, 28],
      ['COPY docker-entrypoint.sh /usr/local/bin/', 0.001, 1],
      'CMD ["node"]',
    ],
    'debian:bookworm-slim',
  ),
  pulled(
    'node:20-bookworm',
    190,
    [
      ['RUN groupadd --gid 1000 node', 0.009, 6],
      ['ENV NODE_VERSION=20.17.0 RUN curl -fsSLO nodejs.org', 183.9, 4986],
      ['RUN yarn 1.22.22', 5.4, 28],
      'CMD ["node"]',
    ],
    '~buildpack',
  ),
  pulled(
    'python:3.12',
    26,
    [
      ['RUN apt-get install libbluetooth-dev tk-dev uuid-dev', 18.4, 1204],
      ['RUN wget -O python.tar.xz 3.12.7', 65.8, 7420],
      ['RUN ln -s python3 python', 0.001, 5],
      'CMD ["python3"]',
    ],
    '~buildpack',
  ),
  pulled(
    'python:3.12-slim',
    26,
    [
      ['RUN apt-get install ca-certificates netbase tzdata', 9.2, 1420],
      ['RUN wget -O python.tar.xz 3.12.7', 40.9, 4210],
      ['RUN ln -s python3 python', 0.001, 5],
      'CMD ["python3"]',
    ],
    'debian:bookworm-slim',
  ),
  pulled(
    'golang:1.23-bookworm',
    33,
    [
      ['RUN apt-get install g++ gcc libc6-dev make pkg-config', 224.6, 6015],
      ['COPY /target/ /', 246.3, 14890],
      ['RUN mkdir -p "$GOPATH/src" "$GOPATH/bin"', 0.001, 0],
      'WORKDIR /go',
    ],
    '~bookworm',
  ),
  pulled(
    'nvidia/cuda:12.4.1-runtime-ubuntu22.04',
    110,
    [
      ['RUN apt-get install cuda-cudart-12-4', 163.2, 214],
      ['RUN apt-get install cuda-libraries-12-4', 2105.4, 346],
      'ENV NVIDIA_VISIBLE_DEVICES=all',
    ],
    'ubuntu:22.04',
  ),
  pulled(
    'eclipse-temurin:21-jre',
    44,
    [
      ['RUN apt-get install tzdata curl fontconfig', 47.2, 1320],
      ['RUN wget -O openjdk.tar.gz jdk-21.0.5', 160.1, 322],
    ],
    'ubuntu:24.04',
  ),
];

const SERVICES: readonly DemoImage[] = [
  pulled(
    'postgres:16',
    30,
    [
      ['RUN apt-get install gnupg less', 10.2, 480],
      ['RUN GOSU_VERSION=1.17', 2.4, 2],
      ['RUN localedef -i en_US', 25.8, 1010],
      ['RUN apt-get install postgresql-16', 319.7, 3421],
      ['COPY docker-entrypoint.sh /usr/local/bin/', 0.014, 2],
      'CMD ["postgres"]',
    ],
    'debian:bookworm-slim',
  ),
  pulled(
    'postgres:15',
    210,
    [
      ['RUN apt-get install gnupg less', 10.2, 480],
      ['RUN GOSU_VERSION=1.17', 2.4, 2],
      ['RUN localedef -i en_US', 25.8, 1010],
      ['RUN apt-get install postgresql-15', 312.2, 3398],
      ['COPY docker-entrypoint.sh /usr/local/bin/', 0.014, 2],
      'CMD ["postgres"]',
    ],
    'debian:bookworm-slim',
  ),
  pulled(
    'redis:7-alpine',
    41,
    [
      ['RUN addgroup -S -g 1000 redis', 0.012, 4],
      ['RUN wget -O redis.tar.gz 7.4.1', 31.6, 14],
      'CMD ["redis-server"]',
    ],
    'alpine:3.20',
  ),
  pulled(
    'nginx:1.27-alpine',
    38,
    [
      ['RUN apk add nginx=1.27.2', 4.9, 96],
      ['COPY docker-entrypoint.sh /', 0.009, 5],
      ['RUN apk add nginx-module-njs', 34.4, 310],
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
    'alpine:3.20',
  ),
  pulled(
    'nginx:1.27',
    38,
    [
      ['RUN apt-get install nginx=1.27.2', 116.8, 912],
      ['COPY docker-entrypoint.sh /', 0.009, 5],
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
    'debian:bookworm-slim',
  ),
  pulled('mysql:8.4', 52, [
    ['RUN microdnf install oraclelinux-release', 115.3, 5012],
    ['RUN microdnf install mysql-community-server-minimal', 283.5, 812],
    ['RUN microdnf install mysql-shell', 171.2, 1480],
    'CMD ["mysqld"]',
  ]),
  pulled(
    'mongo:7',
    96,
    [
      ['RUN apt-get install jq numactl', 41.7, 512],
      ['RUN apt-get install mongodb-org=7.0.14', 656.2, 96],
      'CMD ["mongod"]',
    ],
    'ubuntu:22.04',
  ),
  pulled(
    'rabbitmq:3-management',
    88,
    [
      ['COPY /usr/local/src/otp /opt/erlang', 62.1, 5120],
      ['RUN install rabbitmq 3.13.7', 34.6, 640],
      ['RUN rabbitmq-plugins enable rabbitmq_management', 33.9, 18],
    ],
    'ubuntu:22.04',
  ),
  pulled(
    'elasticsearch:8.15.3',
    47,
    [
      ['COPY --chown=1000:0 /usr/share/elasticsearch', 1187.3, 2110],
      ['COPY bin/docker-entrypoint.sh /usr/local/bin/', 0.004, 1],
    ],
    'ubuntu:22.04',
  ),
  pulled(
    'grafana/grafana:11.2.0',
    80,
    [
      ['RUN apk add ca-certificates bash curl tzdata', 12.7, 820],
      ['COPY /tmp/grafana /usr/share/grafana', 419.8, 6120],
      ['COPY run.sh /run.sh', 0.004, 1],
    ],
    'alpine:3.19',
  ),
  pulled(
    'prom/prometheus:v2.54.1',
    84,
    [
      ['COPY prometheus /bin/prometheus', 138.5, 2],
      ['COPY promtool /bin/promtool', 129.7, 2],
    ],
    'busybox:1.36',
  ),
  pulled(
    'traefik:v3.1',
    71,
    [
      ['RUN apk add ca-certificates tzdata', 1.9, 610],
      ['RUN wget traefik_v3.1.6', 174.2, 2],
    ],
    'alpine:3.20',
  ),
  pulled('minio/minio:RELEASE.2024-10-02', 50, [
    ['COPY /ubi-micro /', 24.1, 940],
    ['COPY minio mc /usr/bin/', 142.3, 3],
  ]),
  pulled(
    'jenkins/jenkins:lts',
    130,
    [
      ['RUN apt-get install git git-lfs unzip', 98.2, 4010],
      ['COPY /javaruntime /opt/java/openjdk', 118.4, 320],
      ['RUN curl jenkins.war', 93.1, 4],
    ],
    '~bookworm',
  ),
  pulled('registry:2', 420, [['COPY registry /bin/registry', 17.4, 1]], 'alpine:3.19'),
  pulled(
    'sonarqube:10-community',
    145,
    [['RUN curl sonarqube-10.6.zip', 812.6, 1820]],
    'eclipse-temurin:21-jre',
  ),
  pulled(
    'adminer:4',
    330,
    [
      ['RUN apk add php83', 96.8, 1210],
      ['COPY *.php /var/www/html/', 0.52, 40],
    ],
    'alpine:3.19',
  ),
];

const API_DEPS: Step = ['RUN npm ci --omit=dev', 214.7, 21840];
const api = (version: string, ageDays: number, deps: Step, source: number, tags?: string[]): DemoImage => ({
  key: `acme/api:${version}`,
  tags: tags ?? [`acme/api:${version}`],
  from: 'node:22-bookworm-slim',
  ageDays,
  steps: [
    ['WORKDIR /app', 0, 0],
    ['COPY package*.json ./', 0.62, 2],
    deps,
    ['COPY . .', source, 640],
    'CMD ["node", "server.js"]',
  ],
});
const worker = (version: string, ageDays: number, deps: number, tags?: string[]): DemoImage => ({
  key: `acme/worker:${version}`,
  tags: tags ?? [`acme/worker:${version}`],
  from: 'python:3.12-slim',
  ageDays,
  steps: [
    ['COPY certs/ /usr/local/share/ca-certificates/', 0.21, 14],
    [`RUN pip install -r requirements.txt # ${deps}`, deps, 8940],
    ['COPY src/ /srv/', 3.1, 212],
  ],
});
const ml = (version: string, ageDays: number, model: number, tags?: string[]): DemoImage => ({
  key: `acme/ml:${version}`,
  tags: tags ?? [`acme/ml:${version}`],
  from: 'nvidia/cuda:12.4.1-runtime-ubuntu22.04',
  ageDays,
  steps: [
    ['RUN pip install torch==2.4.1 transformers', 4870.2, 31240],
    [`COPY models/${version} /models`, model, 24],
    ['COPY serve.py /srv/', 0.04, 3],
  ],
});
const web = (version: string, ageDays: number, source: number, tags?: string[]): DemoImage => ({
  key: `acme/web:${version}`,
  tags: tags ?? [`acme/web:${version}`],
  from: 'nginx:1.27-alpine',
  ageDays,
  steps: [
    ['COPY certs/ /usr/local/share/ca-certificates/', 0.21, 14],
    [`COPY dist/ /usr/share/nginx/html/ # ${version}`, source, 380],
  ],
});

const OURS: readonly DemoImage[] = [
  api('1.4', 1, API_DEPS, 12.4, ['acme/api:1.4', 'acme/api:latest']),
  api('1.3', 9, API_DEPS, 12.1),
  api('1.2', 31, ['RUN npm ci --omit=dev # 1.2', 198.3, 20110], 11.8),
  api('1.1', 66, ['RUN npm ci --omit=dev # 1.1', 191.9, 19800], 11.2),
  api('lost-1', 3, API_DEPS, 12.3, []),
  api('lost-2', 5, API_DEPS, 12.2, []),
  api('lost-3', 40, ['RUN npm ci --omit=dev # 1.2-rc', 197.1, 20050], 11.7, []),
  worker('0.9', 2, 412.6, ['acme/worker:0.9', 'acme/worker:latest']),
  worker('0.8', 24, 398.1),
  worker('0.7', 58, 391.4),
  worker('lost-1', 12, 405.9, []),
  ml('2024.11', 4, 2980.5),
  ml('2024.09', 70, 2874.1),
  ml('lost-1', 6, 2980.1, []),
  web('2.3', 1, 8.9, ['acme/web:2.3', 'acme/web:latest']),
  web('2.2', 15, 8.6),
  web('2.1', 43, 8.2),
  web('lost-1', 16, 8.7, []),
  {
    key: 'acme/admin:dev',
    tags: ['acme/admin:dev'],
    from: 'node:20-bookworm',
    ageDays: 150,
    steps: [
      ['RUN npm install', 486.2, 48210],
      ['COPY . /app', 64.3, 2210],
    ],
  },
  {
    key: 'acme/gateway:5',
    tags: ['acme/gateway:5'],
    from: 'alpine:3.20',
    ageDays: 19,
    steps: [['COPY gateway /usr/bin/gateway', 28.7, 1]],
  },
  {
    key: 'acme/ci-go:1',
    tags: ['acme/ci-go:1'],
    from: 'golang:1.23-bookworm',
    ageDays: 28,
    steps: [
      ['RUN go install golangci-lint', 182.4, 2140],
      ['RUN go mod download', 611.8, 38400],
    ],
  },
  {
    key: 'legacy-deps',
    tags: [],
    from: 'ubuntu:22.04',
    ageDays: 300,
    classic: true,
    steps: [['/bin/sh -c apt-get update && apt-get install -y php8.1', 148.9, 2110]],
  },
  {
    key: 'legacy-app',
    tags: [],
    from: 'legacy-deps',
    ageDays: 300,
    classic: true,
    steps: [['/bin/sh -c #(nop) COPY dir:legacy in /var/www', 87.3, 4120]],
  },
  {
    key: 'acme/legacy:3.7',
    tags: ['acme/legacy:3.7'],
    from: 'legacy-app',
    ageDays: 300,
    classic: true,
    steps: ['/bin/sh -c #(nop)  CMD ["php-fpm8.1"]'],
  },
  {
    key: 'acme/legacy:3.7-debug',
    tags: ['acme/legacy:3.7-debug'],
    from: 'legacy-app',
    ageDays: 298,
    classic: true,
    steps: [['/bin/sh -c apt-get install -y php-xdebug gdb strace', 96.1, 820]],
  },
];

export const IMAGES: readonly DemoImage[] = [...BASES, ...RUNTIMES, ...SERVICES, ...OURS];

export interface DemoContainer {
  readonly name: string;
  readonly image: string;
  readonly state: 'running' | 'paused' | 'exited' | 'created';
  readonly megabytes: number;
  readonly files: number;
  readonly logMegabytes: number;
  readonly volumes?: Readonly<Record<string, string>>;
  readonly ageDays: number;
}

export const CONTAINERS: readonly DemoContainer[] = [
  {
    name: 'shop-db-1',
    image: 'postgres:16',
    state: 'running',
    megabytes: 0.06,
    files: 5,
    logMegabytes: 41,
    volumes: { shop_pgdata: '/var/lib/postgresql/data' },
    ageDays: 6,
  },
  {
    name: 'shop-cache-1',
    image: 'redis:7-alpine',
    state: 'running',
    megabytes: 0,
    files: 0,
    logMegabytes: 2,
    volumes: { shop_redis: '/data' },
    ageDays: 6,
  },
  {
    name: 'shop-api-1',
    image: 'acme/api:1.4',
    state: 'running',
    megabytes: 38.2,
    files: 214,
    logMegabytes: 2364,
    ageDays: 1,
  },
  {
    name: 'shop-api-old',
    image: 'acme/api:1.2',
    state: 'exited',
    megabytes: 912.4,
    files: 3120,
    logMegabytes: 188,
    ageDays: 31,
  },
  {
    name: 'shop-web-1',
    image: 'acme/web:2.3',
    state: 'running',
    megabytes: 0.02,
    files: 9,
    logMegabytes: 73,
    ageDays: 1,
  },
  {
    name: 'shop-worker-1',
    image: 'acme/worker:0.9',
    state: 'running',
    megabytes: 121.7,
    files: 86,
    logMegabytes: 310,
    ageDays: 2,
  },
  {
    name: 'shop-proxy-1',
    image: 'traefik:v3.1',
    state: 'running',
    megabytes: 0,
    files: 0,
    logMegabytes: 96,
    ageDays: 6,
  },
  {
    name: 'grafana',
    image: 'grafana/grafana:11.2.0',
    state: 'running',
    megabytes: 1.2,
    files: 22,
    logMegabytes: 18,
    volumes: { 'grafana-data': '/var/lib/grafana' },
    ageDays: 60,
  },
  {
    name: 'prometheus',
    image: 'prom/prometheus:v2.54.1',
    state: 'paused',
    megabytes: 0.01,
    files: 3,
    logMegabytes: 4,
    volumes: { 'prometheus-data': '/prometheus' },
    ageDays: 60,
  },
  {
    name: 'trainer',
    image: 'acme/ml:2024.11',
    state: 'exited',
    megabytes: 2318.6,
    files: 1240,
    logMegabytes: 22,
    volumes: { 'ml-datasets': '/data' },
    ageDays: 3,
  },
  {
    name: 'jolly_bell',
    image: 'acme/worker:lost-1',
    state: 'exited',
    megabytes: 14.1,
    files: 31,
    logMegabytes: 0.1,
    ageDays: 12,
  },
  {
    name: 'es-test',
    image: 'elasticsearch:8.15.3',
    state: 'exited',
    megabytes: 3.4,
    files: 88,
    logMegabytes: 11,
    volumes: {
      '5b0c3d4be7bd8ab53dbe7e1b3b9de1bd5c9c4b8a17f6fbe3b1d7a1c2f2f6a901': '/usr/share/elasticsearch/data',
    },
    ageDays: 25,
  },
  {
    name: 'reverent_noether',
    image: 'ubuntu:24.04',
    state: 'created',
    megabytes: 0,
    files: 0,
    logMegabytes: 0,
    ageDays: 8,
  },
  {
    name: 'jenkins',
    image: 'jenkins/jenkins:lts',
    state: 'exited',
    megabytes: 208.3,
    files: 2110,
    logMegabytes: 9,
    volumes: { jenkins_home: '/var/jenkins_home' },
    ageDays: 120,
  },
];

/** Name → megabytes and files. */
export const VOLUMES: Readonly<Record<string, readonly [megabytes: number, files: number]>> = {
  shop_pgdata: [4210.4, 1984],
  shop_redis: [88.2, 3],
  'grafana-data': [61.3, 240],
  'prometheus-data': [2740.8, 310],
  'ml-datasets': [11874.1, 48120],
  jenkins_home: [3320.9, 61240],
  'old-mysql': [1912.7, 210],
  '5b0c3d4be7bd8ab53dbe7e1b3b9de1bd5c9c4b8a17f6fbe3b1d7a1c2f2f6a901': [702.6, 420],
  e1d77a0c9d5f4f3e8b6a2c1d0f9e8d7c6b5a493827160f5e4d3c2b1a09f8e7d6: [214.3, 96],
};

export interface DemoCache {
  readonly type: 'regular' | 'source.local' | 'exec.cachemount';
  readonly description: string;
  /** Stands on the layers of this image, up to this many from its base; with `megabytes` 0 its files are that layer. */
  readonly on?: readonly [image: string, layers: number];
  readonly megabytes: number;
  readonly files: number;
  readonly ageDays: number;
  readonly uses: number;
  /** Place in this list of the record it stands on. */
  readonly parent?: number;
}

export const CACHE: readonly DemoCache[] = [
  {
    type: 'regular',
    description: 'pulled from docker.io/library/node:22-bookworm-slim',
    on: ['node:22-bookworm-slim', 5],
    megabytes: 0,
    files: 0,
    ageDays: 1,
    uses: 24,
  },
  {
    type: 'regular',
    description: '[2/5] WORKDIR /app',
    on: ['acme/api:1.4', 6],
    megabytes: 0,
    files: 0,
    ageDays: 1,
    uses: 24,
    parent: 0,
  },
  {
    type: 'regular',
    description: '[3/5] COPY package*.json ./',
    on: ['acme/api:1.4', 7],
    megabytes: 0,
    files: 0,
    ageDays: 1,
    uses: 11,
    parent: 1,
  },
  {
    type: 'regular',
    description: '[4/5] RUN npm ci --omit=dev',
    on: ['acme/api:1.4', 8],
    megabytes: 0,
    files: 0,
    ageDays: 1,
    uses: 7,
    parent: 2,
  },
  {
    type: 'regular',
    description: '[build 4/6] RUN npm ci',
    on: ['acme/api:1.4', 7],
    megabytes: 612.4,
    files: 41210,
    ageDays: 1,
    uses: 6,
    parent: 2,
  },
  {
    type: 'regular',
    description: '[build 6/6] RUN npm run build',
    megabytes: 94.2,
    files: 2210,
    ageDays: 1,
    uses: 1,
    parent: 4,
  },
  {
    type: 'regular',
    description: '[build 6/6] RUN npm run build',
    megabytes: 93.8,
    files: 2201,
    ageDays: 9,
    uses: 1,
    parent: 4,
  },
  {
    type: 'source.local',
    description: 'local source for context',
    megabytes: 318.6,
    files: 9120,
    ageDays: 1,
    uses: 31,
  },
  {
    type: 'source.local',
    description: 'local source for dockerfile',
    megabytes: 0.02,
    files: 2,
    ageDays: 1,
    uses: 31,
  },
  {
    type: 'exec.cachemount',
    description: 'cached mount /root/.npm from exec /bin/sh -c npm ci',
    megabytes: 1480.3,
    files: 5210,
    ageDays: 1,
    uses: 31,
  },
  {
    type: 'exec.cachemount',
    description: 'cached mount /root/.cache/go-build from exec go build',
    megabytes: 3120.7,
    files: 28410,
    ageDays: 28,
    uses: 14,
  },
  {
    type: 'exec.cachemount',
    description: 'cached mount /root/.cache/pip from exec pip install',
    megabytes: 2214.9,
    files: 1840,
    ageDays: 2,
    uses: 19,
  },
  {
    type: 'regular',
    description: '[2/4] RUN go mod download',
    on: ['golang:1.23-bookworm', 4],
    megabytes: 611.8,
    files: 38400,
    ageDays: 28,
    uses: 3,
  },
  {
    type: 'regular',
    description: '[4/4] RUN go build ./cmd/gateway',
    megabytes: 412.1,
    files: 1210,
    ageDays: 19,
    uses: 2,
    parent: 12,
  },
  {
    type: 'regular',
    description: '[stage-1 3/4] RUN pip wheel -r requirements.txt',
    on: ['python:3.12-slim', 4],
    megabytes: 841.2,
    files: 612,
    ageDays: 24,
    uses: 2,
  },
];

/** Folders of layers that a killed pull left: megabytes, files, days since. */
export const ORPHANS: readonly (readonly [megabytes: number, files: number, ageDays: number])[] = [
  [1187.3, 2110, 47],
  [29.4, 812, 128],
  [0, 0, 128],
];
