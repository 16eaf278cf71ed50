/**
 * Where distributions keep text that shows credentials instead of using them: documentation, headers, libraries with
 * their examples and tests. What is found there is listed, as `low`: everybody who has the package has it.
 */
import type { Severity } from './rules.ts';
import type { SecretMatch } from './find-secrets.ts';

const DOCUMENTATION = /^\/usr\/(?:local\/)?share\/(?:doc|man|info|help|gtk-doc|perl-doc)\//;
const LIBRARY =
  /^\/(?:usr\/)?(?:local\/)?(?:lib|lib64|include|share)\/|\/(?:site|dist)-packages\/|\/node_modules\/|\/go\/pkg\/mod\//;
const SAMPLES = /\/(?:tests?|testdata|test-data|testing|fixtures|examples?|samples?|docs?)\//i;
/** Rules that go by a name and a value: in a library's code these are variables. */
const LOOSE: ReadonlySet<string> = new Set(['generic-credential', 'jwt', 'url-credentials']);

/** @param path absolute inside the image */
export function severityAt(path: string, { ruleId, severity }: SecretMatch): Severity {
  const shownOnly =
    DOCUMENTATION.test(path) || (LIBRARY.test(path) && (LOOSE.has(ruleId) || SAMPLES.test(path)));
  return shownOnly ? 'low' : severity;
}
