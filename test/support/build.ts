/** Builds when the build is missing or older than the sources (also what `npm run build` does before tests). */
import { buildIfOld } from './build-if-old.ts';

await buildIfOld();
