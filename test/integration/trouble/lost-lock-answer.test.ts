import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../lib/aws/aws-stores.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
afterAll(() => bench.close());

it('a worker whose taking of the lock was answered only the second time serves the portal, although it was woken in between', async () => {
  await bench.fresh();
  const { activity, aws, clock, ports } = bench;
  const { dynamo } = awsClients(aws.config);
  let struck = false;
  // The SDK sends a write again whose answer was lost (after 5 s); a robot comes in between.
  const send = dynamo.send.bind(dynamo);
  (dynamo as { send: unknown }).send = async (command: { input: { ExpressionAttributeNames?: object } }) => {
    const isTaking =
      JSON.stringify(command.input).includes('"epoch"') && JSON.stringify(command.input).includes('servedBy');
    if (!isTaking || struck) return await send(command as never);
    struck = true;
    await send(command as never);
    clock.jumpTo(clock.now() + 5_000);
    await bench.trigger(activity + 1); // its wake-up finds the lock taken, see below
    await bench.invoke();
    try {
      return await send(command as never);
    } catch (error) {
      (error as { $metadata: { attempts: number } }).$metadata.attempts = 2;
      throw error;
    }
  };
  const stores = awsStores(aws.config, { clients: { ...awsClients(aws.config), dynamo } as never, clock });
  await bench.trigger(activity);
  await bench.invoke({ ...ports, portals: stores.portals });
  expect([await bench.statuses(activity), await bench.statuses(activity + 1)]).toEqual([['unbound'], ['unbound']]);
});
