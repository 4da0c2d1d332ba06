import { isBuiltin } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { leftOutsideOf, packagesIn, strangersIn } from '../../../scripts/bundle-packages.ts';

const root = new URL('../../../', import.meta.url).pathname;

async function bundled(code: string, external: string[] = []) {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external,
    write: false,
    metafile: true,
    outfile: 'out.mjs',
  });
  return metafile;
}

describe('the bundles', () => {
  it('are measured by package', async () => {
    const packages = packagesIn(await bundled("import middy from '@middy/core'; console.log(middy);"));

    expect(packages.map(({ name }) => name)).toEqual(['@middy/core', 'own']);
    expect(packages.every(({ bytes }) => bytes > 0)).toBe(true);
  });

  it('must not hold a package that nobody has allowed', async () => {
    const packages = packagesIn(await bundled("import { Command } from 'commander'; console.log(Command);"));

    expect(strangersIn('worker', packages)).toEqual(['commander']);
  });

  it.each([
    ['worker', []],
    ['robot', ['got']],
  ])('hold the HTTP client only where Bitrix24 is called: %s', (name, strangers) => {
    expect(strangersIn(name, [{ name: 'got', bytes: 1 }])).toEqual(strangers);
  });

  it('leave out nothing but Node’s own modules', async () => {
    const code = "import 'node:fs'; import got from 'got'; console.log(got);";

    expect(leftOutsideOf(await bundled(code, ['got']), isBuiltin)).toEqual(['got']);
  });
});
