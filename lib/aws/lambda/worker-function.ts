import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { WakeUpQueue } from '../../jobs/wake-portal.ts';
import { REQUEST_RESERVE_MS } from '../../worker/policy.ts';
import { processBatch, type ReceivedWakeUp } from '../../worker/process-batch.ts';
import type { WorkerPorts } from '../../worker/worker-ports.ts';
import { readWakeUp } from '../sqs/sqs-wake-ups.ts';

/** The Lambda function that receives wake-ups: an SQS batch with partial failures (D§2). */
export const workerFunction = (ports: WorkerPorts, queue: WakeUpQueue) =>
  middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }, context: Context) => {
    const deadline = { allows: () => context.getRemainingTimeInMillis() > REQUEST_RESERVE_MS };
    const returned = await processBatch(ports, queue, Records.flatMap(wakeUpIn), deadline);
    return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
  });

/** What is none of our messages is dropped: nobody else has a reason to send any. */
function wakeUpIn({ messageId, body }: SQSRecord): ReceivedWakeUp[] {
  const wakeUp = readWakeUp(body);
  return wakeUp === null ? [] : [{ ...wakeUp, messageId }];
}
