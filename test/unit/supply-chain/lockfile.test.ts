import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

type Locked = {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
};
type Manifest = {
  readonly dependencies: { readonly [name: string]: string };
  readonly allowScripts: { readonly [name: string]: boolean };
};

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const lock: { readonly packages: { readonly [path: string]: Locked } } = JSON.parse(read('package-lock.json'));
/** Without the project itself, whose path is empty. */
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('the lockfile', () => {
  it('holds the SHA-512 of every package', () => {
    const without = locked.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));

    expect(locked.length).toBeGreaterThan(100);
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('names no registry, so that everybody installs from their own', () => {
    const named = locked.filter(([, { resolved, link }]) => resolved !== undefined || link === true);

    expect(named.map(([path]) => path)).toEqual([]);
  });
});

describe('install scripts', () => {
  it('of all packages have been looked at, and none is needed', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);

    expect(Object.fromEntries(scripted.map(([path]) => [nameOf(path), false]))).toEqual(manifest.allowScripts);
  });

  it('of a package that nobody has looked at stop the installation', () => {
    expect(read('.npmrc').split('\n')).toContain('strict-allow-scripts=true');
  });
});

it('what is deployed depends on exact versions', () => {
  const loose = Object.entries(manifest.dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));

  expect(loose).toEqual([]);
});
