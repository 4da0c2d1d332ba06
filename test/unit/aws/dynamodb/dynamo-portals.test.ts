import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { BUDGET, fresh, LOCK, STOP } from '../../../support/aws/portal-samples.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

describe('the state of a portal', () => {
  test('does not exist before it is added', async () => {
    expect(await aws.stores.portals.read(freshPortal())).toBeNull();
  });

  test('stays as it is when it is added again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.setPaused(portal, true);

    await portals.add(portal, 2000);

    expect(await portals.read(portal)).toEqual({ ...fresh(portal), paused: true });
  });

  test('takes each writer’s fields without undoing those of others', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    await Promise.all([
      portals.setPaused(portal, true),
      portals.setStop(portal, STOP),
      portals.setPlan(portal, 'enterprise'),
      portals.markWakePending(portal, 42),
    ]);

    expect(await portals.read(portal)).toEqual({
      ...fresh(portal),
      paused: true,
      stop: STOP,
      plan: 'enterprise',
      wokenAt: 42,
    });
  });

  test('has no stop any more once that is over', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.setStop(portal, STOP);

    await portals.setStop(portal, null);

    expect(await portals.read(portal)).toEqual(fresh(portal));
  });

  test('does not come back by a write that comes after its removal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.writeRules(portal, '[]');
    await portals.remove(portal);

    await portals.setStop(portal, STOP);
    await portals.beginServing(portal, LOCK, 1, 0);
    await portals.endServing(portal, LOCK.owner, { budget: BUDGET, begun: 0 });
    await portals.clearWakePending(portal);

    expect(await portals.read(portal)).toBeNull();
    expect(await portals.readRules(portal)).toBeNull();
  });
});

test('rules are stored as they were written', async () => {
  const { portals } = aws.stores;
  const portal = freshPortal();
  expect(await portals.readRules(portal)).toBeNull();

  await portals.writeRules(portal, '[{"name":"lost-deals"}]');

  expect(await portals.readRules(portal)).toBe('[{"name":"lost-deals"}]');
});

test('the list has every portal once and nothing else of the table', async () => {
  const { portals, leases, intents } = aws.stores;
  const names = Array.from({ length: 30 }, (_, n) => `listed-${n}`);
  for (const name of names) await portals.add(name, 1000);
  await portals.writeRules('listed-1', '[]');
  await leases.acquire('listed-1', 'me', 10, 5);
  await intents.write({ portal: 'listed-1', id: 's', shares: [], trials: [] });

  const found: string[] = [];
  for await (const { portal } of portals.list()) found.push(portal);

  expect(found.filter((name) => name.startsWith('listed-')).sort()).toEqual(names.sort());
});
