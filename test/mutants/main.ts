import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = ['lib', 'functions', 'events', 'test', 'scripts', 'package.json', 'tsconfig.json', 'serverless.yml'];
/** A mutant that makes the tests hang counts as noticed. */
const LONGEST_MS = 120_000;

/** Runs the tests against each mutant, in a copy of the tree, and fails if one of them survives. */
function main(): number {
  const wanted = process.argv.slice(2);
  const copy = mkdtempSync(join(tmpdir(), 'unbind-mutants-'));
  try {
    for (const part of PARTS.filter((name) => existsSync(join(ROOT, name))))
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const mutants = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
    const survivors = mutants.filter((mutant) => !isNoticed(mutant, copy));
    console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants noticed`);
    return survivors.length === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function isNoticed({ name, file, from, to, tests }: Mutant, copy: string): boolean {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(from).length !== 2)
    throw new Error(`"${name}": the text to change must occur exactly once in ${file}`);
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  const started = performance.now();
  const { status } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--bail', ...tests],
    { cwd: copy, stdio: 'ignore', timeout: LONGEST_MS },
  );
  writeFileSync(path, original);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'SURVIVED' : 'noticed '}  ${seconds.padStart(6)} s  ${name}`);
  return status !== 0;
}

process.exitCode = main();
