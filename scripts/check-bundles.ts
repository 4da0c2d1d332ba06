import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from './build.ts';

/**
 * Builds the functions in a temporary folder and lists the packages in each. Fails if one is not allowed, as the build
 * does.
 */
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
try {
  for (const { name, bytes, packages } of await buildFunctions('.', outdir)) {
    console.log(`\n${name}: ${bytes} bytes from ${packages.length} packages`);
    for (const part of packages) console.log(`  ${String(part.bytes).padStart(7)}  ${part.name}`);
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
