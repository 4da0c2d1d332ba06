import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { END, fresh, LOCK, STOP } from '../../../support/aws/portal-samples.ts';
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
    await portals.beginServing(portal, LOCK, 0);
    await portals.endServing(portal, LOCK.owner, END);
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

async function addedPortal(): Promise<string> {
  const portal = freshPortal();
  await aws.stores.portals.add(portal, 1000);
  return portal;
}

describe('the time of a portal’s installation', () => {
  test('is not known at first, and stays when the application is removed and installed', async () => {
    const { portals } = aws.stores;
    const portal = await addedPortal();
    const before = await portals.read(portal);

    await portals.noteAnnounced(portal, 5000);
    await portals.setUninstalled(portal, 9);
    await portals.setUninstalled(portal, null);
    await portals.add(portal, 2000);

    expect(before).toEqual(fresh(portal));
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), announcedAt: 5000 });
    expect(await Array.fromAsync(portals.list())).toContainEqual({ ...fresh(portal), announcedAt: 5000 });
  });

  test('is the latest that was noted, in whatever order and however many at once', async () => {
    const { portals } = aws.stores;
    const portal = await addedPortal();

    await Promise.all([3000, 7000, 5000].map((at) => portals.noteAnnounced(portal, at)));
    await portals.noteAnnounced(portal, 6000);

    expect(await portals.read(portal)).toMatchObject({ announcedAt: 7000 });
  });

  test('does not bring a removed portal back', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();

    await portals.noteAnnounced(portal, 5000);

    expect(await portals.read(portal)).toBeNull();
  });
});

describe('the mark of an uninstallation', () => {
  test.each([
    ['of a portal that has told no time', null, null, true],
    ['of the installation that was looked at', 5000, 5000, true],
    ['of an earlier one than is noted', 5000, 4000, false],
    ['of none when one is noted', 5000, null, false],
    ['of one that is not noted', null, 5000, false],
  ])('%s', async (_, noted, seen, marked) => {
    const { portals } = aws.stores;
    const portal = await addedPortal();
    if (noted !== null) await portals.noteAnnounced(portal, noted);

    expect(await portals.markRemoved(portal, 9000, seen)).toBe(marked);
    expect((await portals.read(portal))?.uninstalledAt).toBe(marked ? 9000 : undefined);
  });

  test('is set in a row of an earlier version', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await aws.clients.dynamo.send(
      new PutCommand({ TableName: aws.config.tables.portals, Item: { portal, kind: 'state', addedAt: 1, begun: 2 } }),
    );

    expect(await portals.markRemoved(portal, 9000, null)).toBe(true);
    expect(await portals.read(portal)).toMatchObject({ addedAt: 1, begun: 2, uninstalledAt: 9000 });
  });

  test('does not bring a removed portal back', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();

    expect(await portals.markRemoved(portal, 9000, null)).toBe(false);
    expect(await portals.read(portal)).toBeNull();
  });
});
