import { seededRandom } from '../../support/virtual/seeded-random.ts';

/** How large the portal is: 20,000 deals make 200,000 activities and 500,000 bindings. */
export type BenchPortal = { readonly seed: object; readonly activities: number; readonly bindings: number };

const DAY_MS = 86_400_000;

/**
 * A portal as it looks after years, from a seed: every deal has ten activities, most of them also bound to a contact and some
 * to its company, lead, invoice or quote. Some quotes are deleted.
 */
export function benchPortal(name: string, deals: number, now: number): BenchPortal {
  const random = seededRandom(name);
  const counts = {
    leads: deals / 5,
    contacts: deals / 2,
    companies: deals / 10,
    invoices: deals / 5,
    quotes: deals / 10,
  };
  const any = (most: number): number => random.between(1, most);
  const activities: object[] = [];
  let id = 1;
  let bindings = 0;
  const add = (count: number, bound: readonly string[]): void => {
    for (let left = count; left > 0; ) {
      const same = Math.min(left, random.between(1, 3));
      const kind = random.pick([
        { typeId: 1 },
        { typeId: 2 },
        { typeId: 2 },
        { typeId: 4 },
        { typeId: 4 },
        { typeId: 6, providerId: 'CRM_TODO' },
      ]);
      activities.push({ id, count: same, ...kind, completed: random.chance(0.7), ageDays: any(400), bindings: bound });
      id += same;
      left -= same;
      bindings += same * bound.length;
    }
  };
  for (let deal = 1; deal <= deals; deal += 1) {
    const [contact, company] = [`contact:${any(counts.contacts)}`, `company:${any(counts.companies)}`];
    add(6, [`deal:${deal}`, contact]);
    add(1, [`deal:${deal}`, contact, company]);
    add(1, [`lead:${any(counts.leads)}`, `deal:${deal}`, contact]);
    add(1, [`smart_invoice:${any(counts.invoices)}`, `deal:${deal}`, company]);
    add(1, [`quote:${any(counts.quotes)}`, `deal:${deal}`, contact, company]);
  }
  const seed = {
    deals: staged(deals, ['LOSE', 'LOSE', 'LOSE', 'WON', 'WON', 'WON', 'NEW', 'NEW', 'NEW', 'EXECUTING'], random),
    leads: staged(counts.leads, ['CONVERTED', 'CONVERTED', 'JUNK', 'NEW', 'NEW'], random),
    contacts: [{ id: 1, count: counts.contacts }],
    companies: [{ id: 1, count: counts.companies }],
    smartInvoices: staged(
      counts.invoices,
      ['P', 'P', 'D', 'N', 'S'],
      random,
      () => now - random.between(0, 90) * DAY_MS,
    ),
    quotes: [{ id: 1, count: 0.9 * counts.quotes }],
    gone: Array.from({ length: 0.1 * counts.quotes }, (_, index) => `quote:${counts.quotes - index}`),
    activities,
  };
  return { seed, activities: id - 1, bindings };
}

function staged(
  count: number,
  stages: readonly [string, ...string[]],
  random: ReturnType<typeof seededRandom>,
  movedTime: (() => number) | null = null,
): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    stageId: random.pick(stages),
    ...(movedTime === null ? {} : { movedTime: movedTime() }),
  }));
}
