/**
 * What a credential looks like, as data. Ids and names follow the field's habit (gitleaks, trufflehog); the patterns are
 * our own, from each provider's published token format. Every `value` has exactly one capturing group: the secret itself.
 */

export type Severity = 'high' | 'medium' | 'low';

/** Found by its text, in a file's content, an ENV, a label or a build step. */
export interface ContentRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  /** One of these must be in the text before the pattern is tried; lower case. */
  readonly keywords: readonly string[];
  readonly value: RegExp;
  /** Shannon bits per character that the secret must reach: keeps `password=changeme` out. */
  readonly minEntropy: number;
}

/** Found by its path alone; `content` must match too when given, so that an empty or public file is no finding. */
export interface PathRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly path: RegExp;
  readonly content: RegExp | null;
}

export const contentRules: readonly ContentRule[] = [
  {
    id: 'private-key',
    name: 'Private key',
    severity: 'high',
    keywords: ['private key'],
    // A footer or enough base64 must follow: a program that only knows the header is no key.
    value:
      /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----\s*((?!-----END)(?:[A-Za-z0-9+/=:,\- ]{1,120}\s*){2,})/,
    minEntropy: 3,
  },
  {
    id: 'aws-access-key',
    name: 'AWS access key id',
    severity: 'high',
    keywords: ['akia', 'asia'],
    value: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/,
    minEntropy: 3,
  },
  {
    id: 'aws-secret-key',
    name: 'AWS secret access key',
    severity: 'high',
    keywords: ['aws_secret', 'secretaccesskey', 'secret_access_key'],
    value: /secret_?access_?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/i,
    minEntropy: 3.5,
  },
  {
    id: 'github-token',
    name: 'GitHub token',
    severity: 'high',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    value: /\b((?:gh[pousr]_[A-Za-z0-9]{36,255})|(?:github_pat_[A-Za-z0-9_]{60,255}))\b/,
    minEntropy: 3,
  },
  {
    id: 'gitlab-token',
    name: 'GitLab token',
    severity: 'high',
    keywords: ['glpat-'],
    value: /\b(glpat-[A-Za-z0-9_-]{20,64})\b/,
    minEntropy: 3,
  },
  {
    id: 'npm-token',
    name: 'npm access token',
    severity: 'high',
    keywords: ['npm_', '_authtoken'],
    value:
      /(?:_authToken\s*=\s*["']?|\b)(npm_[A-Za-z0-9]{36}|(?<=_authToken\s*=\s*["']?)[A-Za-z0-9-]{30,64})\b/,
    minEntropy: 3,
  },
  {
    id: 'slack-token',
    name: 'Slack token',
    severity: 'high',
    keywords: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-'],
    value: /\b(xox[bparse]-[0-9]{8,14}-[A-Za-z0-9-]{16,})\b/,
    minEntropy: 2.5,
  },
  {
    id: 'stripe-key',
    name: 'Stripe secret key',
    severity: 'high',
    keywords: ['sk_live_', 'rk_live_'],
    value: /\b((?:sk|rk)_live_[A-Za-z0-9]{20,99})\b/,
    minEntropy: 3,
  },
  {
    id: 'google-api-key',
    name: 'Google API key',
    severity: 'medium',
    keywords: ['aiza'],
    value: /\b(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/,
    minEntropy: 3.5,
  },
  {
    id: 'gcp-service-account',
    name: 'Google Cloud service account',
    severity: 'high',
    keywords: ['"private_key_id"'],
    value: /"private_key_id"\s*:\s*"([a-f0-9]{40})"/,
    minEntropy: 3,
  },
  {
    id: 'azure-storage-key',
    name: 'Azure storage account key',
    severity: 'high',
    keywords: ['accountkey='],
    value: /AccountKey=([A-Za-z0-9+/]{86}==)/,
    minEntropy: 4,
  },
  {
    id: 'docker-registry-auth',
    name: 'Registry credentials',
    severity: 'high',
    keywords: ['"auths"'],
    value: /"auth"\s*:\s*"([A-Za-z0-9+/]{12,}={0,2})"/,
    minEntropy: 2.5,
  },
  {
    id: 'url-credentials',
    name: 'Password in a URL',
    severity: 'medium',
    keywords: ['://'],
    value: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"<>{}$]{1,80}:([^\s:@/'"<>{}$*]{8,200})@[a-z0-9[]/i,
    minEntropy: 2.8,
  },
  {
    id: 'jwt',
    name: 'JSON web token',
    severity: 'medium',
    keywords: ['eyj'],
    value: /\b(eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{16,})\b/,
    minEntropy: 4,
  },
  {
    id: 'generic-credential',
    name: 'Password or token by its name',
    severity: 'medium',
    keywords: ['password', 'passwd', 'secret', 'token', 'api_key', 'apikey', 'access_key', 'credential'],
    value:
      /(?:^|[\s"'_\-.;&|,{(])(?:[a-z0-9]{0,30}[_-])?(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credentials?)["']?\s{0,2}[:=]\s{0,2}["']?([A-Za-z0-9_\-+/.!@#%^&*~]{8,200})(?=["'\s;&|,})]|$)/i,
    minEntropy: 3.2,
  },
];

export const pathRules: readonly PathRule[] = [
  {
    id: 'ssh-private-key-file',
    name: 'SSH private key',
    severity: 'high',
    path: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/,
    content: /PRIVATE KEY/,
  },
  {
    id: 'npmrc-file',
    name: 'npm credentials',
    severity: 'high',
    path: /(?:^|\/)\.npmrc$/,
    content: /_(?:authToken|auth|password)\s*=\s*(?!\$\{)\S{6,}/,
  },
  {
    id: 'git-credentials-file',
    name: 'Git credentials',
    severity: 'high',
    path: /(?:^|\/)\.git-credentials$/,
    content: /:\/\/[^:\s]+:[^@\s]+@/,
  },
  {
    id: 'netrc-file',
    name: 'netrc password',
    severity: 'high',
    path: /(?:^|\/)[._]netrc$/,
    content: /\bpassword\s+\S+/,
  },
  {
    id: 'aws-credentials-file',
    name: 'AWS credentials',
    severity: 'high',
    path: /(?:^|\/)\.aws\/credentials$/,
    content: /aws_secret_access_key\s*=\s*\S{16,}/i,
  },
  {
    id: 'docker-config-file',
    name: 'Docker registry credentials',
    severity: 'high',
    path: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/,
    content: /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}/,
  },
  {
    id: 'kube-config-file',
    name: 'Kubernetes credentials',
    severity: 'high',
    path: /(?:^|\/)(?:\.kube\/config|kubeconfig)$/,
    content: /(?:client-key-data|token|password)\s*:\s*\S{8,}/,
  },
  {
    id: 'dotenv-file',
    name: 'Environment file with values',
    severity: 'medium',
    path: /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[a-z0-9_-]+)?$/i,
    content:
      /^[ \t]*(?:export[ \t]+)?[A-Z0-9_]*(?:KEY|SECRET|TOKEN|PASS|PASSWORD|CREDENTIALS?)[A-Z0-9_]*[ \t]*=[ \t]*\S{6,}/m,
  },
  {
    id: 'pgpass-file',
    name: 'PostgreSQL passwords',
    severity: 'high',
    path: /(?:^|\/)\.pgpass$/,
    content: /^[^:#\n]+:[^:\n]*:[^:\n]*:[^:\n]*:.+$/m,
  },
  {
    id: 'pypirc-file',
    name: 'PyPI credentials',
    severity: 'high',
    path: /(?:^|\/)\.pypirc$/,
    content: /^\s*password\s*[:=]\s*\S+/m,
  },
  {
    id: 'keystore-file',
    name: 'Key store',
    severity: 'low',
    path: /\.(?:p12|pfx|jks|keystore)$/i,
    content: null,
  },
  {
    id: 'shell-history-file',
    name: 'Shell history',
    severity: 'low',
    path: /(?:^|\/)\.(?:bash|zsh|ash|mysql|psql|python|node_repl)_history$/,
    content: /\S/,
  },
];
