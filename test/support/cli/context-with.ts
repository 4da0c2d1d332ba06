import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import type { CommandContext } from '../../../lib/cli/shared/command-context.ts';
import { localConfig } from '../../../lib/config.ts';
import { ManualClock } from '../portal/manual-clock.ts';

type Fakes = { readonly [store in keyof AwsStores]?: Partial<AwsStores[store]> };

/** The context of a command with the few parts of the stores that a test needs; any other part throws when it is used. */
export function contextWith(stores: Fakes, more: Partial<CommandContext> = {}): CommandContext {
  return {
    config: localConfig({
      localAws: { dynamodb: '', sqs: '', secretsManager: '' },
      queueUrl: '',
      publicUrl: 'http://127.0.0.1:3000',
    }),
    stores: stores as unknown as AwsStores,
    clock: new ManualClock(),
    randomId: () => 'id',
    user: 'tester',
    read: (source) => Promise.reject(new Error(`no file ${source}`)),
    ...more,
  };
}

/** An async list of a store. */
export async function* listed<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
