import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { forever, type Life, newLife } from '../../support/virtual/life.ts';
import type { Random } from '../../support/virtual/seeded-random.ts';
import type { BenchStage } from './bench-stage.ts';
import { drain } from './bench-worker.ts';

/** The chance that a call of a store is the last one of its process. */
const DEATHS = 0.02;

/** Async iterables: they yield their rows one by one. */
const LISTINGS = new Set<string | symbol>(['list', 'listResting']);

/** Serves until nothing is left, by processes that die at any call of a store, before or after it. Returns how many it took. */
export async function drainByDyingWorkers(stage: BenchStage, random: Random): Promise<number> {
  for (let processes = 1; ; processes += 1) {
    const life = newLife();
    const ports = stage.newWorker(mortalStores(stage.stores, life, random));
    const completed = drain(ports, stage.member, stage.clock).then(() => true);
    if (await Promise.race([completed, life.ended.then(() => false)])) return processes;
  }
}

function mortalStores(stores: AwsStores, life: Life, random: Random): AwsStores {
  const ports = Object.entries(stores).map(([name, port]) => [name, mortalPort(port, life, random)]);
  return Object.fromEntries(ports) as AwsStores; // the same names
}

const mortalPort = (port: object, life: Life, random: Random): object =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (LISTINGS.has(name)) return member.bind(target);
      if (name === 'inEpoch')
        return (epoch: number) => mortalPort(Reflect.apply(member, target, [epoch]), life, random);
      return async (...args: unknown[]) => {
        const dies = random.chance(DEATHS) ? random.pick(['before', 'after']) : null;
        if (dies === 'before') life.end();
        if (life.isOver()) return forever();
        const result: unknown = await Reflect.apply(member, target, args);
        if (dies === 'after') life.end();
        return life.isOver() ? forever() : result;
      };
    },
  });
