import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import Runtime from 'jest-runtime';

const require = createRequire(import.meta.url);
const GLOBALS = new URL('globals.mjs', import.meta.url).href;
const PROJECT = new URL('../../../', import.meta.url).href;

const isOwn = (url) => url.startsWith(PROJECT) && !url.includes('/node_modules/');

registerHooks({
  resolve(specifier, context, next) {
    const [, file] = context.parentURL?.split('?') ?? [];
    if (file === undefined) return next(specifier, context);
    if (specifier === '@jest/globals') return { url: `${GLOBALS}?${file}`, format: 'module', shortCircuit: true };
    const found = next(specifier, context);
    return isOwn(found.url) && !found.url.includes('?') ? { ...found, url: `${found.url}?${file}` } : found;
  },
});

let files = 0;

/**
 * Loads test files with the loader of Node.js: modules of the project anew for every test file, packages only once. Jest's own
 * runtime loads everything anew into a `vm` context for each file, where each global is looked up through an interceptor; the
 * whole suite takes 1.7 times as long there. The methods with `unstable_` are Jest's: a new version of it may rename them, and
 * then every test fails to load. `npm run coverage` uses Jest's own runtime, as this one cannot say what was executed.
 */
export default class NativeRuntime extends Runtime {
  #file = ++files;

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    return await import(`${pathToFileURL(path).href}?${this.#file}`);
  }

  /** jest-circus, which keeps its state in its module. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  setGlobalsForRuntime() {}
}

export { NativeRuntime as 'module.exports' };
