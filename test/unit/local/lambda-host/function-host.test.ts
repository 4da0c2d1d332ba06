import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { gate, type HostStage, hostStage, recorder } from '../../../support/local/host-stage.ts';

let stage: HostStage;
beforeAll(async () => {
  stage = await hostStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('the schedule fires on demand, and its failure reaches the caller', async () => {
  const { seen, note } = recorder<unknown>();
  const { fire } = await stage.start({
    cleanup: async (event, context) => {
      note(event, context);
      if (seen.length > 1) throw new Error('no');
    },
  });

  await fire({ task: 'ring' });

  expect(seen[0]?.event).toEqual({ task: 'ring' });
  await expect(fire({ task: 'ring' })).rejects.toThrow('failed');
});

test('closing lets a running call end and accepts no further one', async () => {
  const door = gate();
  const started = gate();
  const { close, url } = await stage.start({
    robot: async () => {
      started.resolve();
      await door.promise;
      return { statusCode: 200, body: 'done' };
    },
  });
  const response = stage.post('/robot');
  await started.promise;

  const closed = close();
  await expect(fetch(url)).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 250)); // longer than all else that a close waits for
  door.resolve();
  await closed;

  expect(await (await response).text()).toBe('done');
});

test('a wake-up that is sent while the host closes is there for the next one', async () => {
  const door = gate();
  const started = gate();
  const { close } = await stage.start({
    robot: async () => {
      started.resolve();
      await door.promise;
      await stage.wake('late');
      return { statusCode: 200 };
    },
  });
  const response = stage.post('/robot');
  await started.promise;

  const closed = close();
  door.resolve();
  await closed;
  await response;

  // Received at the last moment, it stays hidden; the next start wakes every portal with due work.
  const { visible, inFlight } = await stage.messages();
  expect(visible + inFlight).toBe(1);
});
