import { afterAll } from '@jest/globals';
import { everythingIn } from './everything-in.ts';
import { findLeaks } from './find-leaks.ts';

/**
 * Runs before every test file: nothing that it or the product prints in this process may hold a secret of the simulated portal.
 * Leaks are collected and reported at the end, so that a test's own failure is not hidden.
 */
const leaks: string[] = [];

for (const stream of [process.stdout, process.stderr]) watch(stream, 'write');
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'dir', 'trace'] as const) watch(console, method);

afterAll(() => {
  if (leaks.length > 0) throw new Error(`secrets were printed: ${leaks.join('; ')}`);
});

function watch(target: object, name: string): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') return;
  Reflect.set(target, name, (...given: readonly unknown[]): unknown => {
    leaks.push(...given.flatMap((one) => findLeaks(typeof one === 'string' ? one : everythingIn(one))));
    return Reflect.apply(original, target, given);
  });
}
