import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from './build.ts';

/** Builds the functions elsewhere and says what each of them is made of. Fails like the build when a package is not allowed. */
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
try {
  for (const { name, bytes, packages } of await buildFunctions('.', outdir)) {
    console.log(`\n${name}: ${bytes} bytes from ${packages.length} packages`);
    for (const share of packages) console.log(`  ${String(share.bytes).padStart(7)}  ${share.name}`);
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
