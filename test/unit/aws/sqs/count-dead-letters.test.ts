import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { countDeadLetters } from '../../../../lib/aws/sqs/count-dead-letters.ts';
import { temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

test('wake-ups in the dead-letter queue are counted, and no others', async () => {
  const aws = await temporaryLocalAws();
  await aws.stores.wakeUps.send({ portal: 'alive', dueAt: null });
  expect(await countDeadLetters(aws.config)).toBe(0);

  const QueueUrl = `${aws.queueUrl}-dead`;
  await aws.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));

  expect(await countDeadLetters(aws.config)).toBe(1);
  await aws.close();
});
