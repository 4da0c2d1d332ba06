import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { WakeUpQueue } from '../../jobs/wake-portal.ts';
import { REQUEST_RESERVE_MS } from '../../worker/policy.ts';
import { processBatch, type WakeUp } from '../../worker/process-batch.ts';
import type { WorkerPorts } from '../../worker/worker-ports.ts';

/** The Lambda function that receives wake-ups: an SQS batch with partial failures (D§2). */
export const workerFunction = (ports: WorkerPorts, queue: WakeUpQueue) =>
  middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }, context: Context) => {
    const deadline = { allows: () => context.getRemainingTimeInMillis() > REQUEST_RESERVE_MS };
    const returned = await processBatch(ports, queue, Records.map(wakeUpOf), deadline);
    return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
  });

/** A wake-up has no content: its message group is the portal (D§2). */
const wakeUpOf = ({ messageId, receiptHandle, attributes }: SQSRecord): WakeUp => ({
  portal: attributes.MessageGroupId ?? '',
  messageId,
  receiptHandle,
  receiveCount: Number(attributes.ApproximateReceiveCount),
});
