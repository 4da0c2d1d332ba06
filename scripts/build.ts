import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { leftOutsideOf, type PackageSize, packagesIn, strangersIn } from './bundle-packages.ts';

/** esbuild wraps CommonJS packages, which expect `require`, and an ES module has none. */
const REQUIRE = "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);";

/** What runs on a developer's machine only and must never be in a function. */
const FOREIGN = /^(lib\/(local|cli|demo|simulator)|test)\/|node_modules\/(dynalite|fauxqs)\//;

export type Bundle = {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly zipped: number;
  readonly packages: readonly PackageSize[];
};

/** Bundles every functions/<name>.ts of `root` into <outdir>/<name>/index.mjs, with everything that it needs. */
export async function buildFunctions(root: string, outdir = join(root, 'dist')): Promise<Bundle[]> {
  const entries = globSync('functions/*.ts', { cwd: root }).sort();
  if (entries.length === 0) throw new Error(`There are no functions in ${root}`);
  rmSync(outdir, { recursive: true, force: true });

  return await Promise.all(entries.map((entry) => bundle(root, entry, outdir)));
}

async function bundle(root: string, entry: string, outdir: string): Promise<Bundle> {
  const name = basename(entry, '.ts');
  const file = join(outdir, name, 'index.mjs');
  const { metafile } = await build({
    absWorkingDir: resolve(root),
    entryPoints: [entry],
    outfile: resolve(file),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minify: true,
    keepNames: true, // errors are logged by their class names
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  refuseForeign(name, metafile);
  const packages = packagesIn(metafile);
  refuseStrangers(name, [...strangersIn(name, packages), ...leftOutsideOf(metafile, isBuiltin)]);
  return { name, file, bytes: statSync(file).size, zipped: gzipSync(readFileSync(file)).length, packages };
}

function refuseForeign(name: string, { inputs }: Metafile): void {
  const foreign = Object.keys(inputs).filter((path) => FOREIGN.test(path));
  if (foreign.length > 0)
    throw new Error(`The bundle of ${name} contains ${foreign.join(', ')}, which must not be deployed`);
}

function refuseStrangers(name: string, strangers: readonly string[]): void {
  if (strangers.length === 0) return;
  throw new Error(
    `The bundle of ${name} needs what scripts/bundle-packages.ts does not allow: ${strangers.join(', ')}`,
  );
}

function sizeTable(bundles: readonly Bundle[]): string {
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`.padStart(9);
  const rows = bundles.map(({ name, bytes, zipped }) => `${name.padEnd(9)}${kilobytes(bytes)}${kilobytes(zipped)}`);
  return ['function    bundle   zipped', ...rows].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(sizeTable(await buildFunctions('.')));
}
