import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { createLocalStage } from '../../../lib/aws/create-local-stage.ts';
import { RECEIVES_BEFORE_DEAD, VISIBILITY_SECONDS } from '../../../lib/aws/policy.ts';
import { temporaryLocalAws } from '../../support/aws/temporary-local-aws.ts';

test('what is there already stays as it is', async () => {
  const aws = await temporaryLocalAws();
  await aws.stores.portals.add('acme', 1000);

  const queueUrl = await createLocalStage(aws.clients, aws.localAws.sqs);

  expect(queueUrl).toBe(aws.queueUrl);
  expect(await aws.stores.portals.read('acme')).toMatchObject({ addedAt: 1000 });
  const attributes = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
  const { Attributes } = await aws.clients.sqs.send(attributes);
  expect(Attributes).toMatchObject({ VisibilityTimeout: String(VISIBILITY_SECONDS) });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: RECEIVES_BEFORE_DEAD });
  await aws.close();
});
