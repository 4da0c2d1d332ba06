import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type HostileFile, hostileFiles, oneConnection, sendRaw } from '../../support/hostile/hostile-file.ts';
import { type HostileStage, openHostileStage } from '../../support/stage/hostile-stage.ts';

const ROUNDS = 5;
const agent = oneConnection();

let stage: HostileStage;
beforeAll(async () => {
  stage = await openHostileStage();
});
afterAll(async () => {
  agent.destroy();
  await stage.close();
});

/** Refused before anything in it is looked at. */
const TRIVIAL: HostileFile = {
  name: 'trivial',
  attacks: 'nothing',
  path: '/robot',
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('x'),
  expect: { status: 415 },
};

const time = async (file: HostileFile): Promise<number> => (await sendRaw(stage.stack.url, file, agent)).ms;

it('a hostile request takes no more than three times as long as a trivial one', async () => {
  const files = hostileFiles(stage.ports).filter(({ expect: { explained } }) => explained === undefined);
  const hostile = new Map<string, number[]>(files.map(({ name }) => [name, []]));
  const trivial: number[] = [];
  for (const file of [...files, TRIVIAL]) await time(file); // compiled and connected

  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, so that whatever else the machine does meets both alike.
    for (const file of files) {
      trivial.push(await time(TRIVIAL));
      hostile.get(file.name)?.push(await time(file));
    }
  }

  const all = [...hostile.values()].flat();
  const slowest = [...hostile].map(([name, times]) => ({ name, ms: quantile(times, 0.5) })).sort((a, b) => b.ms - a.ms);
  console.log(
    [
      `trivial ${spread(trivial)}`,
      `hostile ${spread(all)}`,
      `ratio   ${(quantile(all, 0.5) / quantile(trivial, 0.5)).toFixed(2)}`,
      ...slowest.slice(0, 5).map(({ name, ms }) => `slowest ${name} ${ms.toFixed(2)} ms`),
    ].join('\n'),
  );
  expect(quantile(all, 0.5)).toBeLessThanOrEqual(3 * quantile(trivial, 0.5));
  // None of them gets expensive, however large it is.
  expect(slowest[0]?.ms).toBeLessThan(50);
}, 60_000);

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

const spread = (values: readonly number[]): string => {
  const [low, median, high] = [0.05, 0.5, 0.95].map((part) => quantile(values, part).toFixed(2));
  return `median ${median} ms (90 % within ${low} and ${high} ms, n = ${values.length})`;
};
