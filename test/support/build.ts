/** Builds when the build is missing or older than the sources. */
import { buildIfOld } from './build-if-old.ts';

try {
  await buildIfOld();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
